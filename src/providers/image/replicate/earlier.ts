// earlier: finds the prediction that an attempt has asked for without hearing what it is called.
import { isDeepStrictEqual } from 'node:util'
import type { Asked, ReplicateApi } from './client.ts'
import { hasFailed, type Prediction } from './prediction.ts'

// Theirs and ours may differ.
const CLOCK_SLACK_MS = 60_000
// Of a hundred each.
const MOST_PAGES = 10

/** The seed is part of the input, and makes it the only one. What has failed meanwhile is not worth finding. */
export async function findEarlier(
  api: ReplicateApi,
  asked: Asked,
  askedAt: string,
  signal: AbortSignal,
): Promise<Prediction | undefined> {
  const since = Date.parse(askedAt) - CLOCK_SLACK_MS
  let next: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await api.list(next, signal)
    const found = page.results.find(each => createdAt(each) >= since && !hasFailed(each) && isSame(each, asked))
    if (found || page.next === undefined || page.results.some(each => createdAt(each) < since)) return found
    next = page.next
  }
  return undefined
}

function createdAt({ created_at: written }: Prediction): number {
  return Date.parse(written ?? '')
}

function isSame(found: Prediction, { place, input, webhook }: Asked): boolean {
  const isThere = 'version' in place ? found.version === place.version : found.model === place.model
  // Those who do not list it leave it to the input.
  const isHeard = found.webhook == null || found.webhook === webhook
  return isThere && isHeard && isDeepStrictEqual({ ...found.input }, input)
}
