// answer: the pictures in what the server answers, as bytes or as addresses.
import { z } from 'zod'
import type { Vendor } from '../../vendor.ts'
import { fromBase64 } from '../base64.ts'
import type { Generated, ImageOrder, Picture } from '../contract.ts'

const given = z.looseObject({
  b64_json: z.string().min(1).nullish(),
  url: z.string().min(1).nullish(),
  revised_prompt: z.string().nullish(),
})
const answered = z.looseObject({ data: z.array(given) })

const LONGEST_PROMPT = 1000

export async function readAnswer(
  vendor: Vendor,
  answer: unknown,
  order: ImageOrder,
  signal: AbortSignal,
): Promise<Generated> {
  const { data } = answered.safeParse(answer).data ?? { data: [] }
  const filled = data.filter(({ b64_json, url }) => b64_json || url)
  if (filled.length === 0) throw vendor.error('provider_failed', 'there is no picture in its answer')
  const pictures = await Promise.all(filled.map(one => pictureOf(vendor, one, signal)))
  return { pictures: pictures.slice(0, order.count), warnings: revisions(data, order.prompt) }
}

async function pictureOf(
  vendor: Vendor,
  { b64_json, url }: z.infer<typeof given>,
  signal: AbortSignal,
): Promise<Picture> {
  if (b64_json) return { bytes: fromBase64(b64_json) }
  if (url?.startsWith('data:')) return { bytes: fromBase64(url) }
  const protocol = URL.parse(url ?? '')?.protocol
  if (!url || (protocol !== 'https:' && protocol !== 'http:'))
    throw vendor.error('provider_failed', 'it names a picture at an address that is none')
  // On its own server, which the guarded fetcher may not enter: a LocalAI in the same network, say.
  if (vendor.isOwn(url)) return { bytes: await vendor.bytes({ path: url, signal }) }
  return { url }
}

// DALL·E 3 paints what a language model has made of the prompt.
function revisions(data: readonly z.infer<typeof given>[], prompt: string): readonly string[] {
  const revised = data
    .map(({ revised_prompt }) => revised_prompt?.trim())
    .filter(words => words && words !== prompt.trim())
  return [...new Set(revised)].map(
    words => `The prompt was rewritten before it was painted: ${words?.slice(0, LONGEST_PROMPT).toWellFormed()}`,
  )
}
