// progress: what is known of how far a call has come. It never goes back, and says 100 once: when the call has ended well.

export type ProgressPhase = 'upload' | 'processing' | 'download'

export type BackendProgress = {
  readonly phase: ProgressPhase
  /**
   * Of the whole call, 0 to 100, with one decimal. The server does not say how far its own work has come: while
   * it works (`processing`) this stands still, so show that phase as work without a measure.
   */
  readonly percentage: number
  /** Bytes sent or received in this phase. */
  readonly loaded?: number
  /** Bytes of this phase, where they are known beforehand. */
  readonly total?: number
}

export type OnProgress = (progress: BackendProgress) => void

/** The part of a call that each of its phases is, in per cent. */
export type Shares = { readonly [phase in ProgressPhase]?: readonly [from: number, to: number] }

export type Reporter = {
  /** A phase has begun, or some of its bytes have moved. */
  moved(phase: ProgressPhase, loaded?: number, total?: number): void
  /** The call has ended well. */
  ended(phase: ProgressPhase): void
}

/** Tells `onProgress` of every change of phase, and of every tenth of a per cent. */
export function createReporter(onProgress: OnProgress | undefined, shares: Shares): Reporter {
  let said: BackendProgress | undefined

  function say(next: BackendProgress): void {
    if (said?.phase === next.phase && said.percentage === next.percentage) return
    said = next
    onProgress?.(next)
  }

  return {
    moved(phase, loaded, total) {
      const [from, to] = shares[phase] ?? [0, 0]
      const share = loaded === undefined || !total ? 0 : Math.min(1, loaded / total)
      const reached = Math.floor((from + (to - from) * share) * 10) / 10
      // The last word belongs to the end of the call, and a second try starts where the first one had come to.
      const percentage = Math.max(said?.percentage ?? 0, Math.min(reached, 99.9))
      say({ phase, percentage, ...(loaded !== undefined && { loaded }), ...(total !== undefined && { total }) })
    },
    ended: phase => say({ phase, percentage: 100 }),
  }
}
