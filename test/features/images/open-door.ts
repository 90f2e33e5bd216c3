// open-door: the images door on a port of its own, over a real house, with a maker that a test may play.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { refusal } from '../../../src/access/refusal.ts'
import { withStaticTokens } from '../../../src/access/static-tokens.ts'
import { openGallery } from '../../../src/features/images/gallery.ts'
import { openSigningKey } from '../../../src/features/images/provenance/key.ts'
import { imagesDoor } from '../../../src/features/images/routes.ts'
import type { ImageServices } from '../../../src/features/images/services.ts'
import { keepMedia, mediaKey } from '../../../src/features/images/store.ts'
import { generateParams } from '../../../src/features/images/work.ts'
import { openImageShelf } from '../../../src/providers/image/index.ts'
import type { StepContext } from '../../../src/runs/steps/contract.ts'
import { runsThroughDoor } from '../../../src/runs/through-door.ts'
import { openWebhooks } from '../../../src/runs/webhooks/open.ts'
import { openAnswers } from '../../../src/web/answers.ts'
import { memoryBuckets } from '../../../src/web/buckets.ts'
import { openServer } from '../../../src/web/server.ts'
import { shareListener } from '../../../src/web/surfaces.ts'
import type { House } from '../../fixtures/house.ts'
import { part } from '../../fixtures/steps.ts'
import { FETCHER } from '../../runs/webhooks/sending.ts'
import { LISTED, PAINTER, SHAPED } from './models.ts'

const TOKENS = [
  { name: 'ann', token: 'ann-token' },
  { name: 'ben', token: 'ben-token' },
]

export const ANN = { authorization: 'Bearer ann-token' }
export const BEN = { authorization: 'Bearer ben-token' }

const SHELF = openImageShelf(
  [
    { name: 'Easel', models: [PAINTER, LISTED], generate: () => Promise.reject(new Error('played by a step')) },
    { name: 'Replicate', models: [SHAPED], generate: () => Promise.reject(new Error('played by a step')) },
  ],
  PAINTER.name,
)

export type Gallery = Awaited<ReturnType<typeof openImages>>

/** Put it into `await using`. The maker is played: a few bytes for every picture, and no time. */
export async function openImages(house: House, given: Partial<ImageServices> = {}) {
  house.play(maker(house))
  const services: ImageServices = {
    runs: runsThroughDoor('images', house.runs),
    ...{ artifacts: house.artifacts, scratch: house.scratch, shelf: SHELF, version: '0.1.0' },
    webhooks: openWebhooks(house.db, FETCHER),
    gallery: openGallery(house.db, 4),
    signingKey: await openSigningKey(house.db),
    auth: 'optional',
    identify: withStaticTokens(TOKENS, async () => Promise.reject(refusal('token'))),
    limits: { create: 0, status: 0 },
    callers: new Map(),
    environment: 'production',
    health: async () => ({}),
    assertWorkable: async () => undefined,
    ...given,
  }
  const answers = await openAnswers(house.db, { keepHours: 1 })
  const calls = { buckets: memoryBuckets(() => 0), perMinute: 0 }
  const surroundings = { name: 'studio', answers, calls, isProxy: () => false, isOrigin: () => false }
  const api = await openServer(shareListener([imagesDoor(services)]), pino({ level: 'silent' }), {}, surroundings)
  await api.listen({ host: '127.0.0.1', port: 0 })
  const url = `http://127.0.0.1:${(api.server.address() as AddressInfo).port}`
  return {
    ...client(url),
    async [Symbol.asyncDispose]() {
      await api.close()
      await answers.close()
      house.play()
    },
  }
}

/** A maker that takes no time: what it makes says what it was asked for. */
export function maker(house: House) {
  return part('image.generate', async (context, params) => await makePictures(house, context, params))
}

async function makePictures(house: House, context: StepContext, params: Record<string, unknown>) {
  const { order } = generateParams.parse(params)
  const { widthPx, heightPx } = order.size
  const stream = { kind: 'video', codec: 'png', widthPx, heightPx, frameRate: '25' } as const
  const facts = { durationS: 0, streams: [stream] }
  const outputs = []
  for (const id of Array.from({ length: order.count }, (_, index) => `picture-${index + 1}`)) {
    const bytes = Buffer.from(`${id} of ${JSON.stringify(order)}`)
    const digest = createHash('sha256').update(bytes).digest('hex')
    const file = context.workspace.output(id)
    await writeFile(file, bytes)
    const { runId } = context
    const notes = { provider: 'Easel', model: order.model, kind: 'algorithmic', seed: order.seed, number: 1 } as const
    await house.artifacts.publish(mediaKey(runId, id), file, { digest, facts, keptFor: runId }, runId)
    const media = { runId, output: id, digest, sizeBytes: bytes.length, format: order.format, widthPx, heightPx }
    await keepMedia(house.db, [{ ...media, notes: { ...notes, software: 'Kinora 0.1.0' } }])
    outputs.push({ id, sizeBytes: bytes.length, sha256: digest, ...facts, cached: false })
  }
  return { outputs }
}

type Headers = Record<string, string>
type Reply = {
  readonly status: number
  readonly headers: globalThis.Headers
  readonly bytes: Buffer
  json<Body = Record<string, unknown>>(): Body
}

function client(url: string) {
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Reply> => {
    const reply = await fetch(`${url}${path}`, { method, ...init })
    const bytes = Buffer.from(await reply.arrayBuffer())
    return { status: reply.status, headers: reply.headers, bytes, json: () => JSON.parse(String(bytes)) }
  }
  const get = async (path: string, headers: Headers = {}) => await send('GET', path, { headers })
  const generate = async (body: unknown, headers: Headers = {}) =>
    await send('POST', '/api/v1/jobs/generate', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    })
  return { url, send, get, generate }
}
