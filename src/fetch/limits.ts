// limits: how long and how much of everything; a server that a stranger chose gets no patience for free.
export type FetchLimits = {
  /** To connect to one address. */
  readonly connectMs: number
  /** From looking up the host to the last header. */
  readonly headersMs: number
  /** At least `windowBytes` of a body must arrive in every `windowMs`. */
  readonly windowMs: number
  readonly windowBytes: number
  /** For all of a download. */
  readonly totalMs: number
  /** What is larger than one part comes in parts, so many at a time. */
  readonly partBytes: number
  readonly parallelParts: number
  /** Before the second try; it doubles from try to try. */
  readonly retryMs: number
}

export const LIMITS: FetchLimits = {
  connectMs: 3000,
  headersMs: 15_000,
  windowMs: 30_000,
  windowBytes: 65_536,
  totalMs: 6 * 3_600_000,
  partBytes: 8 * 1024 * 1024,
  parallelParts: 4,
  retryMs: 250,
}
