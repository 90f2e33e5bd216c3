// together: pieces of one piece of work, side by side. One that fails ends the others, and none goes on afterwards.

/** Throws what the first one to fail has thrown, once all have ended: what they write to may be removed then. */
export async function together<Item, Result>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal, index: number) => Promise<Result>,
): Promise<Result[]> {
  const failing = new AbortController()
  const either = AbortSignal.any([signal, failing.signal])
  const pieces = items.map(async (item, index) => {
    try {
      return await work(item, either, index)
    } catch (thrown) {
      failing.abort(thrown)
      throw thrown
    }
  })
  await Promise.allSettled(pieces)
  failing.signal.throwIfAborted()
  return await Promise.all(pieces)
}
