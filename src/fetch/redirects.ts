// redirects: follows an answer to where it points, asking the guard at every step.
import { AppError } from '../lib/errors.ts'
import type { Errand } from './errand.ts'
import { type Answer, exchange, type Message, type Network } from './exchange.ts'
import { refused } from './refusals.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST = 5

/** The first answer that is not a redirect, and the URL that gave it. Throws `location_refused` or `unavailable`. */
export async function follow(
  network: Network,
  errand: Errand,
  message: Message,
): Promise<Answer & { readonly url: URL }> {
  let url = errand.url
  for (let redirects = 0; ; redirects++) {
    const answer = await exchange(network, errand, url, message)
    if (!REDIRECTS.has(answer.status)) return { ...answer, url }
    await answer[Symbol.asyncDispose]()
    if (redirects === MOST) throw refused(errand.url, 'it redirects too often')
    url = next(network, errand, url, answer.headers.location)
  }
}

function next({ guard }: Network, errand: Errand, from: URL, location: string | undefined): URL {
  const target = location === undefined ? null : URL.parse(location, from.href)
  if (!target) throw refused(errand.url, 'it redirects to nowhere')
  if (from.protocol === 'https:' && target.protocol === 'http:')
    throw refused(errand.url, 'it redirects from https to http')
  try {
    return guard.read(target.href)
  } catch (thrown) {
    // Callers know the address they gave; where it leads is not theirs to learn.
    if (thrown instanceof AppError) throw refused(errand.url, 'it redirects to a place that may not be called')
    throw thrown
  }
}
