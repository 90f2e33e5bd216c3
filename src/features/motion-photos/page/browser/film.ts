// film: the strip of pictures along the timeline, drawn from the preview that the browser has anyway: no calls to the server.
import { find } from '../../../../web/page/browser/elements.ts'
import { lengthOf, type View } from './view.ts'

export type Film = {
  /** From now on the strip is of this preview; ends with the signal. */
  open(previewUrl: string, signal: AbortSignal): void
  /** Another part of the clip; what is there is stretched until the new pictures come. */
  show(view: View): void
}

// Whoever zooms does so in many small steps.
const PAUSE_MS = 150

export function openFilm(): Film {
  const canvas = find('film', HTMLCanvasElement)
  let view: View = { durationS: 1, fromS: 0, toS: 1 }
  let drawn = view
  let preview: { readonly url: string; readonly signal: AbortSignal } | undefined
  let drawing = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined

  function draw(): void {
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map(px => Math.round(px * devicePixelRatio))
    if (!preview || !width || !height) return
    drawing.abort()
    drawing = new AbortController()
    // Setting a size clears it.
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    drawn = view
    stretch(canvas, drawn, view)
    // A strip that cannot be drawn stays dark; everything else works without it.
    const { url, signal } = preview
    drawAll(canvas, url, drawn, AbortSignal.any([signal, drawing.signal])).catch(() => undefined)
  }
  const drawSoon = () => {
    clearTimeout(timer)
    timer = setTimeout(draw, PAUSE_MS)
  }
  new ResizeObserver(drawSoon).observe(canvas)

  return {
    open(url, signal) {
      preview = { url, signal }
      canvas.width = 0
      draw()
    },
    show(next) {
      view = next
      stretch(canvas, drawn, view)
      drawSoon()
    },
  }
}

// Where what was drawn of one part is in another one.
function stretch(canvas: HTMLCanvasElement, drawn: View, view: View): void {
  const scale = lengthOf(drawn) / lengthOf(view)
  const left = (drawn.fromS - view.fromS) / lengthOf(view)
  canvas.style.transform = `translateX(${left * 100}%) scaleX(${scale})`
}

async function drawAll(canvas: HTMLCanvasElement, previewUrl: string, view: View, signal: AbortSignal): Promise<void> {
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
    video.currentTime = view.fromS + (lengthOf(view) * (index + 0.5)) / count
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
