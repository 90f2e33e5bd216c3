// numbers: the little arithmetic that every brush needs.

/** An element that is known to be there: the type checker cannot know, and asking each time would cost. */
export function at(array: Float32Array | Uint8Array, index: number): number {
  return array[index] as number
}

export function clamp(value: number, low = 0, high = 1): number {
  return value < low ? low : value > high ? high : value
}

export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t
}

/** From 0 at `from` to 1 at `to`, with no corner at either; `from` may be the greater. */
export function smooth(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from))
  return t * t * (3 - 2 * t)
}
