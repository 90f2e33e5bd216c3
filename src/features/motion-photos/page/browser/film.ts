// film: the strip of pictures along the timeline, drawn from the preview that the browser has anyway: no calls to the server.
import { find } from '../../../../web/page/browser/elements.ts'

/** Draws the strip for this preview, and again whenever its place gets another size; ends with the signal. */
export function drawFilm(previewUrl: string, signal: AbortSignal): void {
  const canvas = find('film', HTMLCanvasElement)
  let drawing = new AbortController()
  const observer = new ResizeObserver(() => {
    const { clientWidth, clientHeight } = canvas
    const scale = window.devicePixelRatio
    const [width, height] = [Math.round(clientWidth * scale), Math.round(clientHeight * scale)]
    if (width === 0 || (width === canvas.width && height === canvas.height)) return
    drawing.abort()
    drawing = new AbortController()
    Object.assign(canvas, { width, height })
    // A strip that cannot be drawn stays dark; everything else works without it.
    drawAll(canvas, previewUrl, AbortSignal.any([signal, drawing.signal])).catch(() => undefined)
  })
  // Setting a size clears what another clip has left.
  canvas.width = 0
  observer.observe(canvas)
  signal.addEventListener('abort', () => observer.disconnect())
}

async function drawAll(canvas: HTMLCanvasElement, previewUrl: string, signal: AbortSignal): Promise<void> {
  const video = document.createElement('video')
  Object.assign(video, { muted: true, preload: 'auto', playsInline: true })
  signal.addEventListener('abort', () => unload(video))
  const loaded = heard(video, 'loadeddata', signal)
  video.src = previewUrl
  await loaded
  const paper = canvas.getContext('2d')
  const tileHeight = canvas.height
  const count = Math.max(1, Math.ceil(canvas.width / (tileHeight * (video.videoWidth / video.videoHeight))))
  const tileWidth = canvas.width / count
  for (let index = 0; index < count; index += 1) {
    const sought = heard(video, 'seeked', signal)
    video.currentTime = (video.duration * (index + 0.5)) / count
    await sought
    drawTile(paper, video, { left: index * tileWidth, width: tileWidth, height: tileHeight })
  }
  unload(video)
}

type Tile = { readonly left: number; readonly width: number; readonly height: number }

// The middle of the picture fills the tile.
function drawTile(paper: CanvasRenderingContext2D | null, video: HTMLVideoElement, tile: Tile): void {
  const { videoWidth, videoHeight } = video
  const cutWidth = Math.min(videoWidth, (videoHeight * tile.width) / tile.height)
  const cutHeight = (cutWidth * tile.height) / tile.width
  const [fromX, fromY] = [(videoWidth - cutWidth) / 2, (videoHeight - cutHeight) / 2]
  paper?.drawImage(video, fromX, fromY, cutWidth, cutHeight, tile.left, 0, tile.width, tile.height)
}

function heard(video: HTMLVideoElement, event: 'loadeddata' | 'seeked', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { once: true, signal })
    video.addEventListener('error', () => reject(video.error), { once: true, signal })
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

function unload(video: HTMLVideoElement): void {
  video.removeAttribute('src')
  video.load()
}
