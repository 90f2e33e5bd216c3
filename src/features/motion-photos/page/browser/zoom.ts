// zoom: nearer and farther on the timeline, by buttons, wheel and two fingers; and along the clip, by a slider.
import { find } from '../../../../web/page/browser/elements.ts'
import type { Ruler } from './ruler.ts'
import { clockText } from './times.ts'
import { isNearest, isWhole, lengthOf, panned, type View, zoomed } from './view.ts'

const STEP = 2

/** Answers what is to be told of every other view. */
export function openZoom(ruler: () => Ruler): (view: View) => void {
  const timeline = find('timeline', HTMLDivElement)
  const pan = find('pan', HTMLInputElement)
  const zoom = (factor: number, aroundS: number) => ruler().show(zoomed(ruler().view(), factor, aroundS))
  const buttons = {
    in: onClick('zoom-in', () => zoom(STEP, centreOf(ruler()))),
    out: onClick('zoom-out', () => zoom(1 / STEP, centreOf(ruler()))),
    all: onClick('zoom-all', () => zoom(0, 0)),
  }
  pan.addEventListener('input', () => ruler().show(panned(ruler().view(), pan.valueAsNumber)))
  find('strip', HTMLDivElement).addEventListener(
    'wheel',
    event => {
      const { deltaX, deltaY, shiftKey } = event
      const view = ruler().view()
      const alongPx = shiftKey ? deltaX || deltaY : Math.abs(deltaX) > Math.abs(deltaY) ? deltaX : 0
      // Where there is nothing more to see the page goes on, as it does everywhere else.
      if (alongPx === 0 ? (deltaY > 0 ? isWhole(view) : isNearest(view)) : isWhole(view)) return
      event.preventDefault()
      if (alongPx !== 0) ruler().show(panned(view, view.fromS + (alongPx / timeline.clientWidth) * lengthOf(view)))
      else zoom(2 ** (-deltaY / 240), ruler().timeAt(event.clientX))
    },
    { passive: false },
  )
  listenForPinch(timeline, (factor, clientX) => zoom(factor, ruler().timeAt(clientX)))

  return view => {
    const [whole, part] = [isWhole(view), `${tenths(view.fromS)} to ${tenths(view.toS)}`]
    Object.assign(pan, { max: String(view.durationS - lengthOf(view)), valueAsNumber: view.fromS, disabled: whole })
    pan.setAttribute('aria-valuetext', part)
    pan.style.setProperty('--share', String(lengthOf(view) / view.durationS))
    find('view-text', HTMLElement).textContent = whole ? 'Whole clip' : `${part} of ${tenths(view.durationS)}`
    Object.assign(buttons.in, { disabled: isNearest(view) })
    Object.assign(buttons.out, { disabled: whole })
    Object.assign(buttons.all, { disabled: whole })
  }
}

function tenths(seconds: number): string {
  return clockText(Math.round(seconds * 10) / 10)
}

function onClick(id: string, act: () => void): HTMLButtonElement {
  const button = find(id, HTMLButtonElement)
  button.addEventListener('click', act)
  return button
}

// The still is what is looked at; where it is out of sight, the middle of what is in sight.
function centreOf(ruler: Ruler): number {
  const { fromS, toS } = ruler.view()
  const stillS = ruler.at('cover')
  return stillS >= fromS && stillS <= toS ? stillS : (fromS + toS) / 2
}

function listenForPinch(timeline: HTMLElement, onPinch: (factor: number, clientX: number) => void): void {
  const fingers = new Map<number, PointerEvent>()
  const apart = () => {
    const [one, other] = [...fingers.values()]
    if (!one || !other) return undefined
    return { px: Math.abs(one.clientX - other.clientX), middle: (one.clientX + other.clientX) / 2 }
  }
  timeline.addEventListener('pointerdown', event => {
    if (event.pointerType !== 'touch') return
    fingers.set(event.pointerId, event)
    if (fingers.size < 2) return
    // Nothing is dragged any more.
    for (const { target, pointerId } of fingers.values())
      if (target instanceof Element && target.hasPointerCapture(pointerId)) target.releasePointerCapture(pointerId)
  })
  timeline.addEventListener('pointermove', event => {
    if (!fingers.has(event.pointerId)) return
    const before = apart()
    fingers.set(event.pointerId, event)
    const now = apart()
    if (before && now && before.px > 0 && now.px > 0) onPinch(now.px / before.px, now.middle)
  })
  for (const end of ['pointerup', 'pointercancel'] as const)
    window.addEventListener(end, ({ pointerId }) => fingers.delete(pointerId))
}
