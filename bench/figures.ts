// figures: times as they are compared and printed.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

export function inSeconds(timesMs: readonly number[]): string {
  return `${(median(timesMs) / 1000).toFixed(2)} s`.padStart(9)
}

/** The median of the ratios of pairs that were measured one right after the other. */
export function ratioOf(timesMs: readonly number[], toMs: readonly number[]): number {
  return median(timesMs.map((time, index) => time / (toMs[index] ?? time)))
}

/** The value that so many per cent of all are not above. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0
}
