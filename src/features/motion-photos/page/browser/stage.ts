// stage: the preview, which plays the chosen part over and over, or stands where a hand holds a mark.
import { find } from '../../../../web/page/browser/elements.ts'
import type { Span } from './span.ts'
import { INSIDE_S } from './still.ts'

export type Stage = {
  /** Resolves with the length in seconds once there is something to see. */
  open(previewUrl: string, signal: AbortSignal): Promise<number>
  /** From now on this part is played. */
  follow(span: Span): void
  /** Stands still and shows one moment, until it is let go. */
  hold(atS: number): void
  release(): void
  setSpeed(speed: number): void
}

/** `onTime` hears where the picture is, in seconds, as often as the screen is drawn. */
export function openStage(onTime: (atS: number) => void): Stage {
  const video = find('stage', HTMLVideoElement)
  const play = find('play', HTMLButtonElement)
  let span: Span | undefined
  let wasPlaying = false
  let held = false

  function watch(): void {
    if (span && !held && (video.currentTime >= span.endS || video.currentTime < span.startS - 0.05)) toStart(span)
    onTime(video.currentTime)
    if (!video.paused) requestAnimationFrame(watch)
  }

  function toStart({ startS }: Span): void {
    if (!video.seeking) video.currentTime = startS
  }

  // A pause that comes before it has begun is no fault.
  function resume(): void {
    video.play().catch(() => undefined)
  }

  play.addEventListener('click', () => (video.paused ? resume() : video.pause()))
  video.addEventListener('play', () => {
    sayPlaying(play, 'playing')
    watch()
  })
  video.addEventListener('pause', () => sayPlaying(play, 'paused'))
  video.addEventListener('timeupdate', () => onTime(video.currentTime))
  // A part that ends where the clip ends.
  video.addEventListener('ended', () => {
    if (span && !held) toStart(span)
    if (!held) resume()
  })

  return {
    async open(previewUrl, signal) {
      span = undefined
      await load(video, previewUrl, signal)
      if (!matchMedia('(prefers-reduced-motion: reduce)').matches) resume()
      return video.duration
    },
    follow(next) {
      span = next
    },
    hold(atS) {
      if (!held) wasPlaying = !video.paused
      held = true
      video.pause()
      video.currentTime = atS + INSIDE_S
    },
    release() {
      if (!held) return
      held = false
      if (wasPlaying) resume()
    },
    setSpeed(speed) {
      video.playbackRate = speed
      video.defaultPlaybackRate = speed
    },
  }
}

function sayPlaying(play: HTMLButtonElement, state: 'playing' | 'paused'): void {
  play.classList.toggle('playing', state === 'playing')
  play.setAttribute('aria-label', state === 'playing' ? 'Pause' : 'Play')
}

function load(video: HTMLVideoElement, url: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { once: true, signal }
    video.addEventListener('loadeddata', () => resolve(), options)
    video.addEventListener('error', () => reject(new Error('This browser cannot play the preview')), options)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    video.src = url
    video.load()
  })
}
