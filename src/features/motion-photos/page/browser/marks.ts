// marks: the three sliders on the timeline and the part between two of them, for hands and for keyboards.
import { find } from '../../../../web/page/browser/elements.ts'
import { limitsOf, type Mark, moveAll, moveMark, type Span } from './span.ts'
import { clockText, spokenText } from './times.ts'

export type Marks = {
  readonly span: () => Span
  /** Another clip, or another part of it. */
  set(span: Span): void
}

export type MarkEvents = {
  onChange(span: Span): void
  /** A mark is being moved and is at this time. */
  onHold(atS: number): void
  onRelease(): void
}

const MARKS: readonly Mark[] = ['start', 'end', 'cover']

export function openMarks(events: MarkEvents): Marks {
  const timeline = find('timeline', HTMLDivElement)
  const strip = find('strip', HTMLDivElement)
  const handles = MARKS.map(mark => [mark, find(`${mark}-handle`, HTMLDivElement)] as const)
  let span: Span = { durationS: 1, startS: 0, endS: 1, coverS: 0 }

  function set(next: Span): void {
    span = next
    for (const mark of MARKS) {
      const { atS } = limitsOf(span, mark)
      timeline.style.setProperty(`--${mark}`, String(atS / span.durationS))
      find(`${mark}-text`, HTMLElement).textContent = clockText(atS)
    }
    for (const [mark, handle] of handles) describe(handle, span, mark)
    events.onChange(span)
  }

  const timeAt = (clientX: number) => {
    const { left, width } = strip.getBoundingClientRect()
    return ((clientX - left) / width) * span.durationS
  }

  for (const [mark, handle] of handles) {
    const moveTo = (toS: number) => {
      set(moveMark(span, mark, toS))
      events.onHold(limitsOf(span, mark).atS)
    }
    followPointer(handle, {
      from: event => limitsOf(span, mark).atS - timeAt(event.clientX),
      to: (event, offsetS) => moveTo(timeAt(event.clientX) + offsetS),
      end: events.onRelease,
    })
    followKeys(handle, key => {
      const toS = keyTarget(key, span, mark)
      if (toS !== undefined) moveTo(toS)
      return toS !== undefined
    })
    handle.addEventListener('keyup', events.onRelease)
    handle.addEventListener('blur', events.onRelease)
  }
  followPointer(find('window', HTMLDivElement), {
    from: event => span.startS - timeAt(event.clientX),
    to(event, offsetS) {
      set(moveAll(span, timeAt(event.clientX) + offsetS))
      events.onHold(span.startS)
    },
    end: events.onRelease,
  })
  return { span: () => span, set }
}

function describe(handle: HTMLElement, span: Span, mark: Mark): void {
  const { minS, maxS, atS } = limitsOf(span, mark)
  handle.setAttribute('aria-valuemin', minS.toFixed(2))
  handle.setAttribute('aria-valuemax', maxS.toFixed(2))
  handle.setAttribute('aria-valuenow', atS.toFixed(2))
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

// ARIA Authoring Practices, slider. The still goes so slowly that no frame of fifty a second is passed over.
function keyTarget({ key, shiftKey }: KeyboardEvent, span: Span, mark: Mark): number | undefined {
  const { minS, maxS, atS } = limitsOf(span, mark)
  const stepS = shiftKey ? 1 : mark === 'cover' ? 0.02 : 0.1
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: atS - stepS,
    ArrowDown: atS - stepS,
    ArrowRight: atS + stepS,
    ArrowUp: atS + stepS,
    PageDown: atS - 1,
    PageUp: atS + 1,
    Home: minS,
    End: maxS,
  }
  return targets[key]
}
