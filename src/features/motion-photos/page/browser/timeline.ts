// timeline: everything below the clip: the film, its marks, the still beside its handle, the times as text, and how near it is.
import { openFilm } from './film.ts'
import type { Frames } from './frames.ts'
import { type MarkEvents, openMarks } from './marks.ts'
import { openRuler, type Ruler } from './ruler.ts'
import { limitsOf, type Span, sendMark } from './span.ts'
import { openStill } from './still.ts'
import { openTypedTimes } from './typed-times.ts'
import { firstView, revealing } from './view.ts'
import { openZoom } from './zoom.ts'

export type Timeline = {
  /** Another clip, and the part of it that is chosen at first; ends with the signal. */
  open(clip: Clip, span: Span, signal: AbortSignal): void
  readonly span: () => Span
  /** Where the clip is just now. */
  play(atS: number): void
  /** A picture in place of the frame; undefined takes it away. */
  useStill(picture: Blob | undefined): void
}

export type Clip = { readonly previewUrl: string; readonly frames: Frames }

export function openTimeline(events: MarkEvents): Timeline {
  const film = openFilm()
  const still = openStill()
  const sayView = openZoom(() => ruler)
  const ruler: Ruler = openRuler(view => {
    film.show(view)
    sayView(view)
  })
  const sayTimes = openTypedTimes((mark, toS) => {
    marks.set(sendMark(marks.span(), mark, toS))
    // All of the part where there is room for it, and this mark in any case.
    const { startS, endS } = marks.span()
    ruler.show([startS, endS, limitsOf(marks.span(), mark).atS].reduce(revealing, ruler.view()))
  })
  const marks = openMarks(ruler, {
    ...events,
    onChange(span) {
      still.show(span.coverS)
      sayTimes(span)
      events.onChange(span)
    },
  })

  return {
    span: marks.span,
    play: atS => ruler.place('play', atS),
    useStill: still.use,
    open({ previewUrl, frames }, span, signal) {
      marks.knowFrames(frames)
      still.open(previewUrl, signal)
      film.open(previewUrl, signal)
      marks.set(span)
      ruler.show(firstView(span.durationS, span.coverS))
    },
  }
}
