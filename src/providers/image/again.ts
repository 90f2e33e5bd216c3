// again: what the caller hears of an order that has no name by which it could be found after a crash.

/** Whoever pays is told that there may have been two. `found` is what an earlier attempt has noted. */
export function againWarnings(found: unknown): readonly string[] {
  if (found === undefined || found === null) return []
  return [
    'An earlier attempt was lost with its worker, and its pictures cannot be asked for again: they were ordered anew',
  ]
}
