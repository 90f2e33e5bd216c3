// client: the official client of Replicate, kept from what it does wrong.
import Replicate from 'replicate'
import { z } from 'zod'
import type { VendorErrorCode } from '../../complaints.ts'
import { openVendor, type Vendor } from '../../vendor.ts'
import { shapeOf } from '../found.ts'
import { type Prediction, prediction } from './prediction.ts'
import type { ReplicateSettings } from './settings.ts'

/** What is asked for, and would be paid for. */
export type Asked = {
  readonly place: { readonly model: string } | { readonly version: string }
  readonly input: Record<string, unknown>
  readonly webhook?: string
}

/** Throws what `openVendor` says, and the signal's reason. */
export interface ReplicateApi {
  readonly error: Vendor['error']
  create(asked: Asked, signal: AbortSignal): Promise<Prediction>
  get(id: string, signal: AbortSignal): Promise<Prediction>
  /** Newest first; `next` is undefined on the last page. */
  list(next: string | undefined, signal: AbortSignal): Promise<{ results: readonly Prediction[]; next?: string }>
  cancel(id: string, signal: AbortSignal): Promise<void>
  webhookSecret(signal: AbortSignal): Promise<string>
}

const page = z.looseObject({ results: z.array(z.unknown()), next: z.string().nullish() })
const secret = z.looseObject({ key: z.string().min(1) })

export function openReplicate({ url, token }: ReplicateSettings): ReplicateApi {
  const vendor = openVendor({ name: 'Replicate', baseUrl: url, headers: { authorization: `Bearer ${token}` } })
  const client = new Replicate({ auth: token, baseUrl: url, useFileOutput: false, fetch: fetchOf(vendor) })
  const read = <T>(schema: z.ZodType<T>, answer: unknown, spoilt: VendorErrorCode = 'provider_failed'): T => {
    const { data, error } = schema.safeParse(answer)
    if (error)
      throw vendor.error(spoilt, `its answer has another shape than documented: ${shapeOf(answer)}`, { cause: error })
    return data
  }
  return {
    error: vendor.error,
    async create({ place, input, webhook }, signal) {
      const words = webhook === undefined ? {} : { webhook, webhook_events_filter: ['completed' as const] }
      const answer = await client.predictions.create({ ...place, input, ...words, signal })
      return read(prediction, answer, 'provider_unreadable')
    },
    get: async (id, signal) => read(prediction, await client.predictions.get(id, { signal })),
    async list(next, signal) {
      const answer = await (next === undefined ? client.predictions.list({ signal }) : follow(client, next, signal))
      const { results, next: more } = read(page, answer)
      const known = results.flatMap(result => prediction.safeParse(result).data ?? [])
      return { results: known, ...(typeof more === 'string' && { next: more }) }
    },
    cancel: async (id, signal) => void (await client.predictions.cancel(id, { signal })),
    webhookSecret: async signal => read(secret, await client.webhooks.default.secret.get({ signal })).key,
  }
}

// Whatever goes wrong in `fetch`, the client (1.4.0) does again at once, up to five times, also where that is paid for
// each time, and it does not wait when it is told to. So nothing goes wrong in here: it does when the answer is read.
function fetchOf(vendor: Vendor): (input: Request | string, init?: RequestInit) => Promise<Response> {
  return async (input, { method, headers, body, signal } = {}) => {
    const isOrder = method === 'POST' && String(input).endsWith('/predictions')
    const json = async () =>
      await (isOrder ? vendor.order : vendor.json)({
        method: method === 'POST' ? 'POST' : 'GET',
        path: String(input),
        headers: headers as Record<string, string>,
        ...(typeof body === 'string' && { body: JSON.parse(body) }),
        signal: signal ?? AbortSignal.timeout(60_000),
      })
    return { ok: true, json } as Response
  }
}

async function follow(client: Replicate, next: string, signal: AbortSignal): Promise<unknown> {
  return await (await client.request(next, { method: 'GET', signal })).json()
}
