// server: whose server it is that speaks as OpenAI does: some have ways of their own to take what OpenAI has no field for.
import { z } from 'zod'
import type { Vendor } from '../../vendor.ts'

/** `other` has answered and is none of these; `silent` has not answered. */
export type ServerKind = 'OpenAI' | 'stable-diffusion.cpp' | 'LocalAI' | 'other' | 'silent'

export interface Server {
  /** As far as is known; asks again, for the next time, where nothing is known for a while. */
  known(): ServerKind
  /** Throws the signal's reason, and nothing else. */
  ask(signal: AbortSignal): Promise<ServerKind>
}

const OPENAI = 'https://api.openai.com'
const ASK_MS = 5_000
const ASK_AGAIN_MS = 10_000

export function isOpenAi(url: string): boolean {
  return new URL(url).origin === OPENAI
}

export function openServer(vendor: Vendor, url: string): Server {
  let kind: ServerKind = isOpenAi(url) ? 'OpenAI' : 'silent'
  let askedAtMs = Number.NEGATIVE_INFINITY
  const ask = async (signal: AbortSignal): Promise<ServerKind> => {
    if (kind === 'OpenAI') return kind
    askedAtMs = performance.now()
    const answer = await vendor
      .json({ path: '/models', timeoutMs: ASK_MS, signal })
      .catch(() => signal.throwIfAborted())
    const found = kindOf(answer)
    // One that has been asked before is what it was, also while it has no time for questions.
    if (found !== 'silent') kind = found
    return kind
  }
  return {
    ask,
    known() {
      if (kind === 'silent' && performance.now() - askedAtMs > ASK_AGAIN_MS)
        ask(AbortSignal.timeout(ASK_MS)).catch(() => undefined)
      return kind
    },
  }
}

const modelsSchema = z.looseObject({ data: z.array(z.looseObject({ id: z.string() })) })

/** From what `GET /models` answers. */
export function kindOf(answer: unknown): ServerKind {
  const { data } = modelsSchema.safeParse(answer)
  if (!data) return 'silent'
  // "Currently fixed": examples/server/api.md.
  if (data.data.some(({ id }) => id === 'sd-cpp-local')) return 'stable-diffusion.cpp'
  // Nobody else leaves out when a model was made, and by whom (OpenAIModel in core/schema/openai.go).
  const isBare = (model: object) => Object.keys(model).every(name => name === 'id' || name === 'object')
  return data.data.length > 0 && data.data.every(isBare) ? 'LocalAI' : 'other'
}
