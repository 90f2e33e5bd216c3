// turns: one after the other, in the order in which they came.

export interface Turns {
  /** Waits for a turn; it lasts until the answer is called. */
  begin(): Promise<() => void>
  /** A turn for as long as `work` takes. */
  take<T>(work: () => Promise<T>): Promise<T>
}

export function openTurns(): Turns {
  let last: Promise<void> = Promise.resolve()
  async function begin(): Promise<() => void> {
    const before = last
    const turn = Promise.withResolvers<void>()
    last = turn.promise
    await before
    return turn.resolve
  }
  return {
    begin,
    async take(work) {
      const end = await begin()
      try {
        return await work()
      } finally {
        end()
      }
    },
  }
}
