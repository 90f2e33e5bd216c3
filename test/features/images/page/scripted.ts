// scripted: a server of the page whose answers a test chooses, for what a real service does seldom.
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { pino } from 'pino'
import { dialect } from '../../../../src/features/images/errors.ts'
import type { Created, Job, JobNews, ListedJob, Model } from '../../../../src/features/images/page/browser/answers.ts'
import { imagesPageRoutes } from '../../../../src/features/images/page/routes.ts'
import { type Api, openServer } from '../../../../src/web/server.ts'

export type Refused = {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Script = {
  models?: readonly Model[]
  /** Answers in their order; the last one stays. */
  created?: readonly (Created | Refused)[]
  statuses?: readonly (Job | Refused)[]
  news?: readonly JobNews[]
  pages?: readonly (readonly ListedJob[])[]
  token?: string
}

export type Asked = { readonly method: string; readonly path: string; readonly body: unknown; readonly atMs: number }

const ONE_PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export const PAINTER: Model = {
  ...{ name: 'painter', about: 'Paints.', provider: 'Easel', kind: 'algorithmic' },
  sizes: { kind: 'free', min: 128, max: 2048, multiple_of: 1, default: { width: 1024, height: 1024 } },
  ...{ max_outputs: 4, negative_prompt: false, seed: true, expected_seconds: 1 },
}

export const SHAPED: Model = {
  ...{ name: 'owner/shaped', about: 'Knows shapes.', provider: 'Replicate', kind: 'trained' },
  sizes: { kind: 'shapes', shapes: [{ width: 1344, height: 768 }] },
  num_inference_steps: { min: 1, max: 50, default: 4 },
  ...{ max_outputs: 1, negative_prompt: true, seed: false, expected_seconds: 5 },
}

/** Put it into `await using`. */
export async function openScripted(script: Script) {
  const asked: Asked[] = []
  const api = await openServer(
    {
      dialect,
      routes: async listener => void (await listener.register(async scope => routes(scope as Api, script, asked))),
    },
    pino({ level: 'silent' }),
  )
  await api.listen({ port: 0, host: '127.0.0.1' })
  const { port } = api.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/images`,
    /** What has been asked for below this path, in order. */
    asked: (path: string) => asked.filter(call => call.path.startsWith(`/api/v1/${path}`)),
    [Symbol.asyncDispose]: () => api.close(),
  }
}

async function routes(api: Api, script: Script, asked: Asked[]): Promise<void> {
  await imagesPageRoutes(api)
  const turn = <Answer>(all: readonly Answer[] | undefined, path: string) => {
    const count = asked.filter(call => call.path === path).length
    return all?.[Math.min(count, all.length) - 1]
  }
  api.addHook('preHandler', async ({ method, url, body, headers }, reply) => {
    if (!url.startsWith('/api/')) return
    asked.push({ method, path: url, body, atMs: Date.now() })
    if (script.token !== undefined && headers.authorization !== `Bearer ${script.token}`)
      return reply.code(401).send({ detail: 'Unauthorized' })
  })
  const { models = [PAINTER] } = script
  api.get('/api/v1/models', async () => ({ models, default: models[0]?.name }))
  api.post('/api/v1/jobs/generate', async ({ url }, reply) => answer(reply, turn(script.created, url), 201))
  api.get('/api/v1/jobs/status/:id', async ({ url }, reply) => answer(reply, turn(script.statuses, url)))
  api.get('/api/v1/jobs/:id/events', async (_request, reply) => tellNews(reply, script.news))
  api.delete('/api/v1/jobs/:id', async (_request, reply) => reply.code(204).send())
  api.get('/api/v1/jobs', async request => pageOf(request as FastifyRequest, script.pages))
  api.get('/api/v1/media/:id', async (_request, reply) => reply.type('image/png').send(ONE_PIXEL))
}

function answer(reply: FastifyReply, given: object | Refused | undefined, status = 200): FastifyReply {
  if (given && 'body' in given) {
    const { status, headers = {}, body } = given as Refused
    return reply.code(status).headers(headers).send(body)
  }
  return reply.code(given ? status : 404).send(given ?? { detail: 'Job not found' })
}

// The stream breaks off after the last of them.
function tellNews(reply: FastifyReply, news: readonly JobNews[] = []): FastifyReply {
  const lines = news.map((one, index) => `id: ${index + 1}\nevent: job.progress\ndata: ${JSON.stringify(one)}\n\n`)
  return reply.type('text/event-stream').send(Readable.from(lines, { objectMode: false }))
}

function pageOf({ query }: FastifyRequest, pages: readonly (readonly ListedJob[])[] = []) {
  const { page, status } = query as { page: string; status: string }
  const jobs = status === 'completed' ? (pages[Number(page) - 1] ?? []) : []
  return { jobs, total: pages.flat().length, has_next: Number(page) < pages.length }
}
