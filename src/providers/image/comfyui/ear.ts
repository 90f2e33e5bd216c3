// ear: what ComfyUI tells over its WebSocket while it works. Only a convenience: whoever hears nothing looks instead.
import { z } from 'zod'
import { failureIn } from './answers.ts'

export interface Ear extends Disposable {
  /** Whether anything can still be heard. */
  readonly isOpen: boolean
  /** What was heard of its failure, for servers whose history does not tell. */
  failureOf(promptId: string): string | undefined
  /** Until something has happened that is worth a look. */
  word(): Promise<void>
}

export type Listener = {
  /** What the order is called by now: others can be heard, too. */
  promptId(): string
  /** A node has done so much of its work, 0 to 1. */
  progress(node: string, fraction: number): void
}

const CONNECT_MS = 2000

/** Answers when it hears, or will not: it never fails. */
export async function openEar(baseUrl: string, clientId: string, listener: Listener): Promise<Ear> {
  const socket = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/ws?clientId=${encodeURIComponent(clientId)}`)
  const opened = Promise.withResolvers<void>()
  // Of all that are heard: an older server may tell of a failure before it has told how it calls our order.
  const failures = new Map<unknown, string>()
  let bell = Promise.withResolvers<void>()
  socket.onopen = () => opened.resolve()
  // After an error comes a close.
  socket.onerror = () => undefined
  socket.onclose = () => {
    opened.resolve()
    bell.resolve()
  }
  socket.onmessage = ({ data }) => {
    const message = toMessage(data)
    if (!message) return
    const failure = failureIn(message.type, message.data)
    if (failure !== undefined) failures.set(message.data.prompt_id, failure)
    if (hasEnded(message)) bell.resolve()
    else tellProgress(message, listener)
  }
  const tooLate = setTimeout(opened.resolve, CONNECT_MS)
  await opened.promise
  clearTimeout(tooLate)
  return {
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
    failureOf: promptId => failures.get(promptId),
    async word() {
      await bell.promise
      bell = Promise.withResolvers<void>()
    },
    [Symbol.dispose]() {
      // What is still on its way is nobody's any more.
      socket.onmessage = null
      socket.close()
    },
  }
}

const messageSchema = z.looseObject({
  type: z.string(),
  data: z.looseObject({ prompt_id: z.string().optional(), node: z.unknown().optional() }),
})
type Message = z.infer<typeof messageSchema>

const progressSchema = z.looseObject({ value: z.number().min(0), max: z.number().positive() })

// Anything else than text is a preview.
function toMessage(text: unknown): Message | undefined {
  if (typeof text !== 'string') return undefined
  try {
    return messageSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function hasEnded({ type, data }: Message): boolean {
  return /^execution_(success|error|interrupted)$/.test(type) || (type === 'executing' && data.node === null)
}

function tellProgress({ type, data }: Message, listener: Listener): void {
  const isOurs = (data.prompt_id ?? listener.promptId()) === listener.promptId()
  const progress = isOurs && type === 'progress' ? progressSchema.safeParse(data).data : undefined
  if (progress) listener.progress(String(data.node ?? ''), Math.min(1, progress.value / progress.max))
}
