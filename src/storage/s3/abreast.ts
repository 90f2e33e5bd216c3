// abreast: works on several items at a time; the first failure stops all of them and is thrown when they have stopped.

/** Starts `work` in the order of `items`, with at most `limit` at once; takes the next item only when there is room. */
export async function abreast<Item>(
  limit: number,
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const stop = new AbortController()
  const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  const fail = (error: unknown) => {
    failures.push(error)
    stop.abort(error)
  }
  try {
    for await (const item of items) {
      if (either.aborted) break
      const one = work(item, either)
        .catch(fail)
        .finally(() => running.delete(one))
      running.add(one)
      if (running.size >= limit) await Promise.race(running)
    }
  } catch (error) {
    fail(error)
  }
  await Promise.all(running)
  signal?.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}
