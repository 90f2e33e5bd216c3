// span: the part of the clip that will move and the moment of its still: what each of them may be, wherever a hand moves them.

/** In seconds. The still lies inside [startS, endS), and all of it inside the clip. */
export type Span = {
  readonly durationS: number
  readonly startS: number
  readonly endS: number
  readonly coverS: number
}

export type Mark = 'start' | 'end' | 'cover'

// What phones make.
const USUAL_S = 3
const SHORTEST_S = 0.2
// A range ends before the frame that begins at its end.
const LEAST_S = 0.001

/** The first three seconds, and a still from their middle. */
export function firstSpan(durationS: number): Span {
  const endS = Math.min(USUAL_S, durationS)
  return { durationS, startS: 0, endS, coverS: round(endS / 2) }
}

/** One mark goes to a time, or as near as it may; the still gives way to the ends. */
export function moveMark(span: Span, mark: Mark, toS: number): Span {
  if (mark === 'cover') return withCover(span, toS)
  const shortestS = Math.min(SHORTEST_S, span.durationS)
  if (mark === 'start') return withCover({ ...span, startS: round(clamp(toS, 0, span.endS - shortestS)) }, span.coverS)
  return withCover({ ...span, endS: round(clamp(toS, span.startS + shortestS, span.durationS)) }, span.coverS)
}

/** The whole goes to another place and keeps its length. */
export function moveAll(span: Span, startS: number): Span {
  const lengthS = span.endS - span.startS
  const to = round(clamp(startS, 0, span.durationS - lengthS))
  return withCover({ ...span, startS: to, endS: round(to + lengthS) }, span.coverS + to - span.startS)
}

/** One mark goes to this very time, which is inside the clip; where that is beyond another mark, the whole goes along. */
export function sendMark(span: Span, mark: Mark, toS: number): Span {
  const { minS, maxS, atS } = limitsOf(span, mark)
  if (toS > minS && toS < maxS) return moveMark(span, mark, toS)
  return moveMark(moveAll(span, span.startS + toS - atS), mark, toS)
}

/** Where a mark may go, and where it is. */
export function limitsOf(
  span: Span,
  mark: Mark,
): { readonly minS: number; readonly maxS: number; readonly atS: number } {
  if (mark === 'start') return { minS: 0, maxS: span.endS, atS: span.startS }
  if (mark === 'end') return { minS: span.startS, maxS: span.durationS, atS: span.endS }
  return { minS: span.startS, maxS: span.endS, atS: span.coverS }
}

function withCover(span: Span, coverS: number): Span {
  const lastS = Math.max(span.startS, span.endS - LEAST_S)
  return { ...span, coverS: round(clamp(coverS, span.startS, lastS)) }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high))
}

// Milliseconds: a hand is not finer, and sums of tenths would show.
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
