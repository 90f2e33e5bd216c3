// still: the picture that stands still, small beside its handle, at all times: the frame there, or a picture of their own.
import { find } from '../../../../web/page/browser/elements.ts'

export type Still = {
  /** From now on frames of this preview are shown. */
  open(previewUrl: string, signal: AbortSignal): void
  show(atS: number): void
  /** A picture in place of the frames; undefined takes it away. */
  use(picture: Blob | undefined): void
}

// Of two times that a browser rounds to one it may show the frame before.
export const INSIDE_S = 0.0005

export function openStill(): Still {
  const canvas = find('still-shot', HTMLCanvasElement)
  const video = document.createElement('video')
  Object.assign(video, { muted: true, preload: 'auto', playsInline: true })
  let wantedS = 0
  let soughtS = Number.NaN
  let chosen: Blob | undefined
  let picture: ImageBitmap | undefined

  const draw = () => {
    if (picture) drawOn(canvas, picture, picture)
    else if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0)
      drawOn(canvas, video, { width: video.videoWidth, height: video.videoHeight })
  }
  // One after the other: who drags asks faster than frames can be found.
  const seek = () => {
    if (video.seeking || video.readyState === 0 || soughtS === wantedS) return
    soughtS = wantedS
    video.currentTime = wantedS + INSIDE_S
  }
  video.addEventListener('loadeddata', seek)
  video.addEventListener('seeked', () => {
    draw()
    seek()
  })

  return {
    open(previewUrl, signal) {
      soughtS = Number.NaN
      video.src = previewUrl
      signal.addEventListener('abort', () => {
        video.removeAttribute('src')
        video.load()
      })
    },
    show(atS) {
      wantedS = atS
      seek()
    },
    use(next) {
      chosen = next
      picture?.close()
      picture = undefined
      draw()
      if (next) void read(next)
    },
  }

  // What this browser cannot show the service may know all the same.
  async function read(next: Blob): Promise<void> {
    const bitmap = await createImageBitmap(next).catch(() => undefined)
    if (chosen !== next) return bitmap?.close()
    picture = bitmap
    draw()
  }
}

type Size = { readonly width: number; readonly height: number }

function drawOn(canvas: HTMLCanvasElement, source: CanvasImageSource, { width, height }: Size): void {
  const tall = Math.round(HEIGHT_PX * window.devicePixelRatio)
  // A panorama must not reach over the whole timeline.
  const wide = Math.round(tall * Math.min(2.2, width / height))
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall })
  canvas.style.setProperty('--shape', String(wide / tall))
  const cutWidth = Math.min(width, (height * wide) / tall)
  canvas.getContext('2d')?.drawImage(source, (width - cutWidth) / 2, 0, cutWidth, height, 0, 0, wide, tall)
}

const HEIGHT_PX = 76
