// ruler: where times are on the timeline, and which part of the clip it shows.
import { find } from '../../../../web/page/browser/elements.ts'
import type { View } from './view.ts'

export type Ruler = {
  view(): View
  show(view: View): void
  timeAt(clientX: number): number
  /** What has this name in the styles stands at this time, wherever the timeline goes. */
  place(name: Placed, atS: number): void
  at(name: Placed): number
}

export type Placed = 'start' | 'end' | 'cover' | 'play'

export function openRuler(onView: (view: View) => void): Ruler {
  const timeline = find('timeline', HTMLDivElement)
  const strip = find('strip', HTMLDivElement)
  const places = new Map<Placed, number>()
  let view: View = { durationS: 1, fromS: 0, toS: 1 }

  function draw(name: Placed, atS: number): void {
    const fraction = (atS - view.fromS) / (view.toS - view.fromS)
    // Nothing reaches beyond the page.
    timeline.style.setProperty(`--${name}`, String(Math.min(1, Math.max(0, fraction))))
    timeline.classList.toggle(`${name}-beyond`, fraction < -0.001 || fraction > 1.001)
    timeline.classList.toggle(`${name}-late`, fraction > 0.5)
  }

  return {
    view: () => view,
    at: name => places.get(name) ?? 0,
    show(next) {
      view = next
      for (const [name, atS] of places) draw(name, atS)
      onView(view)
    },
    timeAt(clientX) {
      const { left, width } = strip.getBoundingClientRect()
      const fraction = (clientX - left) / width
      return view.fromS + Math.min(1, Math.max(0, fraction)) * (view.toS - view.fromS)
    },
    place(name, atS) {
      places.set(name, atS)
      draw(name, atS)
    },
  }
}
