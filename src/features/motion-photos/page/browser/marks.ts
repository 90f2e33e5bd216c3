// marks: the three sliders on the timeline and the part between two of them, for hands and for keyboards.
import { find } from '../../../../web/page/browser/elements.ts'
import { type Frames, stepFrom } from './frames.ts'
import type { Ruler } from './ruler.ts'
import { limitsOf, type Mark, moveAll, moveMark, type Span } from './span.ts'
import { spokenText } from './times.ts'
import { revealing } from './view.ts'

export type Marks = {
  readonly span: () => Span
  /** Another clip, or another part of it. */
  set(span: Span): void
  /** The steps of the keys. */
  knowFrames(frames: Frames): void
}

export type MarkEvents = {
  onChange(span: Span): void
  /** A mark is being moved and is at this time. */
  onHold(atS: number): void
  onRelease(): void
}

const MARKS: readonly Mark[] = ['start', 'end', 'cover']

export function openMarks(ruler: Ruler, events: MarkEvents): Marks {
  const handles = MARKS.map(mark => [mark, find(`${mark}-handle`, HTMLDivElement)] as const)
  let span: Span = { durationS: 1, startS: 0, endS: 1, coverS: 0 }
  let frames: Frames = []

  function set(next: Span): void {
    span = next
    for (const [mark, handle] of handles) {
      ruler.place(mark, limitsOf(span, mark).atS)
      describe(handle, span, mark)
    }
    events.onChange(span)
  }

  for (const [mark, handle] of handles) {
    const moveTo = (toS: number) => {
      set(moveMark(span, mark, toS))
      events.onHold(limitsOf(span, mark).atS)
    }
    const reveal = () => ruler.show(revealing(ruler.view(), limitsOf(span, mark).atS))
    followPointer(handle, {
      from: event => limitsOf(span, mark).atS - ruler.timeAt(event.clientX),
      to: (event, offsetS) => moveTo(ruler.timeAt(event.clientX) + offsetS),
      end: events.onRelease,
    })
    followKeys(handle, key => {
      const toS = keyTarget(key, limitsOf(span, mark), frames)
      if (toS === undefined) return false
      moveTo(toS)
      reveal()
      return true
    })
    handle.addEventListener('focus', reveal)
    handle.addEventListener('keyup', events.onRelease)
    handle.addEventListener('blur', events.onRelease)
  }
  followPointer(find('window', HTMLDivElement), {
    from: event => span.startS - ruler.timeAt(event.clientX),
    to(event, offsetS) {
      set(moveAll(span, ruler.timeAt(event.clientX) + offsetS))
      events.onHold(span.startS)
    },
    end: events.onRelease,
  })
  return {
    span: () => span,
    set,
    knowFrames(known) {
      frames = known
    },
  }
}

function describe(handle: HTMLElement, span: Span, mark: Mark): void {
  const { minS, maxS, atS } = limitsOf(span, mark)
  handle.setAttribute('aria-valuemin', minS.toFixed(3))
  handle.setAttribute('aria-valuemax', maxS.toFixed(3))
  handle.setAttribute('aria-valuenow', atS.toFixed(3))
  handle.setAttribute('aria-valuetext', spokenText(atS))
}

type Following = {
  /** How far the mark is from where it was taken hold of. */
  from(event: PointerEvent): number
  to(event: PointerEvent, offsetS: number): void
  end(): void
}

function followPointer(element: HTMLElement, { from, to, end }: Following): void {
  element.addEventListener('pointerdown', down => {
    if (down.button !== 0) return
    element.setPointerCapture(down.pointerId)
    const offset = from(down)
    const stop = new AbortController()
    const { signal } = stop
    element.addEventListener('pointermove', move => to(move, offset), { signal })
    // Also after pointerup and pointercancel.
    element.addEventListener('lostpointercapture', () => stop.abort(), { signal })
    element.addEventListener('lostpointercapture', end, { once: true })
  })
}

function followKeys(element: HTMLElement, press: (event: KeyboardEvent) => boolean): void {
  element.addEventListener('keydown', event => {
    if (!event.altKey && !event.ctrlKey && !event.metaKey && press(event)) event.preventDefault()
  })
}

// ARIA Authoring Practices, slider.
function keyTarget(
  { key, shiftKey }: KeyboardEvent,
  { minS, maxS, atS }: ReturnType<typeof limitsOf>,
  frames: Frames,
): number | undefined {
  const by = shiftKey ? 10 : 1
  const targets: Readonly<Record<string, () => number>> = {
    ArrowLeft: () => stepFrom(frames, atS, -by),
    ArrowDown: () => stepFrom(frames, atS, -by),
    ArrowRight: () => stepFrom(frames, atS, by),
    ArrowUp: () => stepFrom(frames, atS, by),
    PageDown: () => atS - 1,
    PageUp: () => atS + 1,
    Home: () => minS,
    End: () => maxS,
  }
  return targets[key]?.()
}
