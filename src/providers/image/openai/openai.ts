// openai: pictures from a server that speaks as OpenAI does: one request, and the pictures are its answer.
import { z } from 'zod'
import { openVendor, type Vendor } from '../../vendor.ts'
import { againWarnings } from '../again.ts'
import type { Generated, ImageOrder, ImageProvider, ImageWork, Picture } from '../contract.ts'
import { findIn } from '../made.ts'
import { persistently } from '../patience.ts'
import { argumentWarnings } from '../prompts.ts'
import { surplusWarnings } from '../surplus.ts'
import { revisionWarnings } from './answer.ts'
import { modelOf } from './models.ts'
import { promptWarnings } from './prompt.ts'
import { requestOf } from './request.ts'
import { isOpenAi, openServer, type Server, type ServerKind } from './server.ts'
import type { OpenAiSettings } from './settings.ts'

// Pictures at addresses are noted: they are had from there again, and not ordered.
const notes = z.looseObject({
  made: z.object({
    pictures: z.array(z.object({ url: z.string() })).min(1),
    warnings: z.array(z.string()),
    missed: z.int(),
  }),
})
/** `missed` counts the attempts that could not have the pictures from where they lie. */
type Made = { readonly pictures: readonly Picture[]; readonly warnings: readonly string[]; readonly missed: number }

const USUAL_MODELS = ['gpt-image-1']

// Nothing can be asked while the picture is made: only the signal of the work ends the wait.
const ONE_DAY_MS = 24 * 60 * 60_000

// Somebody may be starting the server at this moment: then it is asked again.
const RECOGNISE_MS = 2_000

export async function openAiProvider({ url, key, models = USUAL_MODELS }: OpenAiSettings): Promise<ImageProvider> {
  const name = isOpenAi(url) ? 'OpenAI' : 'OpenAI-compatible server'
  const vendor = openVendor({
    name,
    baseUrl: url,
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
  })
  const server = openServer(vendor, url)
  await server.ask(AbortSignal.timeout(RECOGNISE_MS)).catch(() => undefined)
  return {
    name,
    get models() {
      return models.map(name => modelOf(name, server.known()))
    },
    async generate(order, work) {
      work.signal.throwIfAborted()
      const made = notes.safeParse(work.notes.found).data?.made
      return await fetchOwn(vendor, made ?? (await ask({ vendor, server }, order, work)), work)
    },
  }
}

type Means = { readonly vendor: Vendor; readonly server: Server }

async function ask({ vendor, server }: Means, order: ImageOrder, work: ImageWork): Promise<Made> {
  const kind = await server.ask(work.signal)
  // Such an order has no name that it could be asked for by: only that there was one can be known.
  await work.notes.keep({ ordered: true })
  const answer = await vendor.order({
    ...{ method: 'POST', path: '/images/generations', body: requestOf(order, kind) },
    ...{ timeoutMs: ONE_DAY_MS, signal: work.signal },
  })
  const found = findIn(vendor, answer)
  const made = {
    missed: 0,
    pictures: withSeeds(kind, found, order),
    warnings: [
      ...argumentWarnings(order.prompt),
      ...promptWarnings(kind, order),
      ...againWarnings(work.notes.found),
      ...revisionWarnings(answer, order.prompt),
      ...surplusWarnings(vendor.name, found.length, order.count),
    ],
  }
  if (areNoted(made.pictures)) await work.notes.keep({ ordered: true, made })
  return made
}

// Of several pictures, each has the next seed (examples/server/routes_openai.cpp).
function withSeeds(kind: ServerKind, pictures: readonly Picture[], { seed }: ImageOrder): readonly Picture[] {
  if (kind !== 'stable-diffusion.cpp') return pictures
  return pictures.map((picture, index) => ({ ...picture, seed: seed + index }))
}

function areNoted(pictures: readonly Picture[]): boolean {
  return pictures.every(picture => 'url' in picture)
}

// A server that never gives what it has named must not hold up its job for ever.
const MOST_MISSED = 3
const TRIES = 7

// On its own server, which the guarded fetcher may not enter: a LocalAI in the same network, say.
async function fetchOwn(vendor: Vendor, made: Made, work: ImageWork): Promise<Generated> {
  const keptBy = areNoted(made.pictures) ? 'vendor' : 'nobody'
  const fetched = made.pictures.map(async picture => {
    if (!('url' in picture) || !vendor.isOwn(picture.url)) return picture
    return { bytes: await persistently(TRIES, work, () => vendor.bytes({ path: picture.url, signal: work.signal })) }
  })
  try {
    return { pictures: await Promise.all(fetched), keptBy, warnings: made.warnings }
  } catch (thrown) {
    work.signal.throwIfAborted()
    const missed = made.missed + 1
    // Where only some are at addresses, the next attempt would not find the others: it must not order them again.
    if (keptBy === 'nobody' || missed > MOST_MISSED)
      throw vendor.error('provider_unreadable', 'its picture was not to be had', { cause: thrown })
    await work.notes.keep({ ordered: true, made: { ...made, missed } })
    throw thrown
  }
}
