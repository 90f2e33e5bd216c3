// server: ComfyUI's HTTP, as its server.py answers it.
import { z } from 'zod'
import type { Errand, Vendor } from '../../vendor.ts'
import { shapeOf } from '../found.ts'
import { type Ended, historySchema, type Names, queueSchema } from './answers.ts'
import { nodeErrorsIn } from './node-errors.ts'
import type { Graph } from './workflow.ts'

/** Where an order is. */
export type Found =
  | { readonly state: 'waiting' | 'running'; readonly promptId: string }
  | { readonly state: 'ended'; readonly promptId: string; readonly ended: Ended }

export type Ordered = {
  /** What the server calls it: as we do, unless it is older. */
  readonly promptId: string
  /** Why some of the workflow is left out, where the rest of it runs. */
  readonly leftOut: readonly string[]
}

export interface ComfyUi {
  readonly error: Vendor['error']
  /** Of those that have everything in them; in the server's order. */
  checkpoints(signal: AbortSignal): Promise<readonly string[]>
  order(graph: Graph, names: Pick<Names, 'promptId' | 'clientId'>, signal: AbortSignal): Promise<Ordered>
  find(names: Names, signal: AbortSignal): Promise<Found | undefined>
  bytes(picture: Ended['pictures'][number], signal: AbortSignal): Promise<Buffer>
  /** Before it runs. */
  remove(promptId: string, signal: AbortSignal): Promise<void>
  interrupt(promptId: string, signal: AbortSignal): Promise<void>
}

// Older servers name orders themselves: by whose they are, ours is found among the newest.
const NEWEST = 100

export function openComfyUi(vendor: Vendor): ComfyUi {
  const read = async <T>(schema: z.ZodType<T>, errand: Errand, how: 'json' | 'order' = 'json'): Promise<T> => {
    const answer = await vendor[how](errand)
    const { data, error } = schema.safeParse(answer)
    if (data !== undefined) return data
    const words = `its answer to /${errand.path.split(/[?/]/)[1]} is none that ComfyUI gives: ${shapeOf(answer)}`
    throw vendor.error(how === 'order' ? 'provider_unreadable' : 'provider_failed', words, { cause: error })
  }
  const history = async (path: string, names: Names, signal: AbortSignal): Promise<Found | undefined> => {
    const entries = await read(historySchema, { path, signal })
    const entry = Object.entries(entries).find(([id, { clientId }]) => isOurs(names, id, clientId))
    return entry && { state: 'ended', promptId: entry[0], ended: entry[1] }
  }
  return {
    error: vendor.error,
    async checkpoints(signal) {
      const info = await read(loaderSchema, { path: '/object_info/CheckpointLoaderSimple', signal })
      return info.CheckpointLoaderSimple.input.required.ckpt_name
    },
    async order(graph, { promptId, clientId }, signal) {
      const body = { prompt: graph, client_id: clientId, prompt_id: promptId }
      const answer = await read(orderedSchema, { method: 'POST', path: '/prompt', body, signal }, 'order')
      return { promptId: answer.prompt_id, leftOut: nodeErrorsIn(answer) }
    },
    async find(names, signal) {
      const ended = await history(`/history/${encodeURIComponent(names.promptId)}`, names, signal)
      if (ended) return ended
      const queue = await read(queueSchema, { path: '/queue', signal })
      const queued = queue.find(({ promptId, clientId }) => isOurs(names, promptId, clientId))
      // It may have ended between the two looks.
      return queued ?? (await history(`/history?max_items=${NEWEST}`, names, signal))
    },
    bytes: ({ filename, subfolder, type }, signal) =>
      vendor.bytes({ path: `/view?${new URLSearchParams({ filename, subfolder, type })}`, timeoutMs: 60_000, signal }),
    async remove(promptId, signal) {
      await vendor.bytes({ method: 'POST', path: '/queue', body: { delete: [promptId] }, signal })
    },
    async interrupt(promptId, signal) {
      await vendor.bytes({ method: 'POST', path: '/interrupt', body: { prompt_id: promptId }, signal })
    },
  }
}

function isOurs(names: Names, promptId: string, clientId: string | undefined): boolean {
  return promptId === names.promptId || clientId === names.clientId
}

const orderedSchema = z.looseObject({ prompt_id: z.string() })

// [["a.safetensors", …], {…}], and in the newest servers ["COMBO", {"options": ["a.safetensors", …]}].
const choiceSchema = z.union([
  z.tuple([z.array(z.string())], z.unknown()).transform(([choices]) => choices),
  z
    .tuple([z.string(), z.looseObject({ options: z.array(z.string()) })], z.unknown())
    .transform(([, { options }]) => options),
])

const loaderSchema = z.looseObject({
  CheckpointLoaderSimple: z.looseObject({
    input: z.looseObject({ required: z.looseObject({ ckpt_name: choiceSchema }) }),
  }),
})
