// openai: pictures from a server that speaks as OpenAI does: one request, and the pictures are its answer.
import { openVendor } from '../../vendor.ts'
import { againWarnings } from '../again.ts'
import type { ImageProvider } from '../contract.ts'
import { argumentWarnings } from '../prompts.ts'
import { readAnswer } from './answer.ts'
import { modelOf } from './models.ts'
import { requestOf } from './request.ts'
import type { OpenAiSettings } from './settings.ts'

const USUAL_MODELS = ['gpt-image-1']
const OPENAI = 'https://api.openai.com'

// Nothing can be asked while the picture is made: only the signal of the work ends the wait.
const ONE_DAY_MS = 24 * 60 * 60_000

export function openAiProvider({ url, key, models = USUAL_MODELS }: OpenAiSettings): ImageProvider {
  const name = new URL(url).origin === OPENAI ? 'OpenAI' : 'OpenAI-compatible server'
  const vendor = openVendor({
    name,
    baseUrl: url,
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
  })
  return {
    name,
    models: models.map(modelOf),
    async generate(order, work) {
      work.signal.throwIfAborted()
      // Such an order has no name that it could be asked for by: only that there was one can be known.
      await work.notes.keep({ ordered: true })
      const answer = await vendor.json({
        method: 'POST',
        path: '/images/generations',
        body: requestOf(order),
        timeoutMs: ONE_DAY_MS,
        signal: work.signal,
      })
      const { pictures, warnings } = await readAnswer(vendor, answer, order, work.signal)
      return {
        pictures,
        warnings: [...argumentWarnings(order.prompt), ...againWarnings(work.notes.found), ...warnings],
      }
    },
  }
}
