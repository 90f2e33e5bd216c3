// answers: what ComfyUI's /history and /queue say, read loosely: custom nodes write there what they like.
import { z } from 'zod'

/** What an order is known by; the client's is of our making also where the server names its orders itself. */
export const namesSchema = z.strictObject({
  clientId: z.string(),
  promptId: z.string(),
  /** What the server has said of it that the caller is to hear. */
  leftOut: z.array(z.string()).default([]),
})
export type Names = z.infer<typeof namesSchema>

const pictureSchema = z.looseObject({
  filename: z.string(),
  subfolder: z.string().default(''),
  type: z.string().default('output'),
})

const outputSchema = z
  .looseObject({ images: z.array(z.unknown()) })
  .transform(({ images }) => images.flatMap(image => pictureSchema.safeParse(image).data ?? []))
  .catch([])

// [number, prompt_id, graph, extra_data, …]
const taskSchema = z
  .tuple(
    [
      z.unknown(),
      z.string(),
      z.unknown(),
      z.looseObject({ client_id: z.string().optional() }).catch({ client_id: undefined }),
    ],
    z.unknown(),
  )
  .transform(([, promptId, , { client_id }]) => ({ promptId, clientId: client_id }))

// ["execution_error", {…}]
const messageSchema = z.tuple([z.string(), z.looseObject({})], z.unknown())

const statusSchema = z.looseObject({ status_str: z.string(), messages: z.array(z.unknown()).catch([]) })

const endedSchema = z
  .looseObject({
    prompt: taskSchema.optional().catch(undefined),
    outputs: z.record(z.string(), outputSchema),
    // Older servers have none.
    status: statusSchema.nullish(),
  })
  .transform(({ prompt, outputs, status }) => ({
    clientId: prompt?.clientId,
    pictures: Object.values(outputs).flat(),
    failure: status?.status_str === 'error' ? failureOf(status.messages) : undefined,
  }))
/** An order that has ended; `failure` says why it has failed, in the server's words. */
export type Ended = z.infer<typeof endedSchema>

export const historySchema = z.record(z.string(), endedSchema)

export const queueSchema = z
  .looseObject({ queue_running: z.array(taskSchema), queue_pending: z.array(taskSchema) })
  .transform(({ queue_running, queue_pending }) => [
    ...queue_running.map(task => ({ ...task, state: 'running' as const })),
    ...queue_pending.map(task => ({ ...task, state: 'waiting' as const })),
  ])

/** Why an order has failed, from a message of the server; undefined for a message that does not say so. */
export function failureIn(type: string, data: Readonly<Record<string, unknown>>): string | undefined {
  if (type === 'execution_interrupted') return 'somebody has interrupted it'
  if (type !== 'execution_error') return undefined
  const { exception_message: words, node_type: node } = data
  return `${typeof words === 'string' && words !== '' ? words.trim() : 'an error'}${node ? ` (${node})` : ''}`
}

function failureOf(messages: readonly unknown[]): string {
  const failures = messages.flatMap(message => {
    const { data } = messageSchema.safeParse(message)
    return data ? (failureIn(data[0], data[1]) ?? []) : []
  })
  return failures[0] ?? 'it has failed without a word'
}
