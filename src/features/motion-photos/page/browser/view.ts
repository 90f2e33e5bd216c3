// view: the part of the clip that the timeline shows: all of it, or less, so that single frames can be told apart.

/** In seconds; always inside the clip. */
export type View = { readonly durationS: number; readonly fromS: number; readonly toS: number }

// Longer clips are shown in part at first: three seconds of ten minutes are too narrow to take hold of.
const LONG_S = 30
const FIRST_S = 15
// Half a second is as wide as the page: at sixty frames a second each has room for a finger.
const SHORTEST_S = 0.5

export function firstView(durationS: number, aroundS: number): View {
  const whole = { durationS, fromS: 0, toS: durationS }
  return durationS > LONG_S ? placed(whole, aroundS - FIRST_S / 2, FIRST_S) : whole
}

/** Twice as near with 2; what is at this time stays where it is, as far as the clip's ends allow. */
export function zoomed(view: View, factor: number, aroundS: number): View {
  const lengthS = lengthOf(view)
  const nextS = Math.min(view.durationS, Math.max(Math.min(SHORTEST_S, view.durationS), lengthS / factor))
  return placed(view, aroundS - ((aroundS - view.fromS) * nextS) / lengthS, nextS)
}

export function panned(view: View, fromS: number): View {
  return placed(view, fromS, lengthOf(view))
}

/** Moved so that this time is in it, with a little room around; as it is where it is in it already. */
export function revealing(view: View, atS: number): View {
  if (atS >= view.fromS && atS <= view.toS) return view
  const roomS = lengthOf(view) / 6
  return panned(view, atS < view.fromS ? atS - roomS : atS + roomS - lengthOf(view))
}

export function lengthOf({ fromS, toS }: View): number {
  return toS - fromS
}

export function isWhole(view: View): boolean {
  return lengthOf(view) >= view.durationS
}

export function isNearest(view: View): boolean {
  return lengthOf(view) <= SHORTEST_S
}

function placed({ durationS }: View, fromS: number, lengthS: number): View {
  const start = Math.max(0, Math.min(fromS, durationS - lengthS))
  return { durationS, fromS: start, toS: start + lengthS }
}
