// progress: what is known of how far a call has come. It never goes back, and says 100 once: when the call has ended well.

export type ProgressPhase = 'upload' | 'processing' | 'download'

export type BackendProgress = {
  readonly phase: ProgressPhase
  /** Of the whole call, 0 to 100, with one decimal. */
  readonly percentage: number
  /**
   * Of this phase alone, 0 to 100. Left out while nobody knows: an upload whose size was not told, or work (`processing`)
   * of which the server does not say how far it has come; show that as work without a measure.
   */
  readonly phasePercentage?: number
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
  /** So much of its work the server has done, 0 to 100. */
  worked(percent: number): void
  /** The call has ended well. */
  ended(phase: ProgressPhase): void
}

/** Tells `onProgress` of every change of phase, and of every tenth of a per cent. */
export function createReporter(onProgress: OnProgress | undefined, shares: Shares): Reporter {
  const furthest = new Map<ProgressPhase, number>()
  let said: BackendProgress | undefined

  function say(next: BackendProgress): void {
    const known = said?.phase === next.phase && said.percentage === next.percentage
    if (known && said?.phasePercentage === next.phasePercentage) return
    said = next
    onProgress?.(next)
  }

  function reach(phase: ProgressPhase, share: number | undefined, bytes: Pick<BackendProgress, 'loaded' | 'total'>) {
    // A second try starts where the first one had come to.
    if (share !== undefined) furthest.set(phase, Math.max(furthest.get(phase) ?? 0, Math.min(1, share)))
    const known = furthest.get(phase)
    const [from, to] = shares[phase] ?? [0, 0]
    const reached = tenths(from + (to - from) * (known ?? 0))
    // The last word belongs to the end of the call.
    const percentage = Math.max(said?.percentage ?? 0, Math.min(reached, 99.9))
    say({ phase, percentage, ...(known !== undefined && { phasePercentage: tenths(known * 100) }), ...bytes })
  }

  return {
    moved(phase, loaded, total) {
      const share = loaded === undefined || !total ? undefined : loaded / total
      reach(phase, share, { ...(loaded !== undefined && { loaded }), ...(total !== undefined && { total }) })
    },
    worked: percent => reach('processing', percent / 100, {}),
    ended: phase => say({ phase, percentage: 100, phasePercentage: 100 }),
  }
}

function tenths(percent: number): number {
  return Math.floor(percent * 10) / 10
}
