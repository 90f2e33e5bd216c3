// word: Replicate's webhooks: whether one is really from them, and which prediction it tells of.
import type { IncomingHttpHeaders } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { AppError } from '../../../lib/errors.ts'
import { openReplicate, type ReplicateApi } from './client.ts'
import { prediction } from './prediction.ts'
import type { ReplicateSettings } from './settings.ts'

/**
 * The id of the prediction that a webhook tells of; `rawBody` as it came, byte for byte. Throws `unauthorized` for
 * what is not signed by Replicate within the last five minutes, `request_invalid` for what is but names no prediction,
 * and what providers throw when Replicate is to be asked for its secret and does not say it. The same word twice is
 * the same answer: all that anybody does with it is to look.
 * https://replicate.com/docs/topics/webhooks/verify-webhook
 */
export function replicateWord(
  settings: ReplicateSettings,
): (headers: IncomingHttpHeaders, rawBody: Buffer) => Promise<string> {
  const webhookOf = openSecret(settings)
  return async (headers, rawBody) => {
    const signed = readHeaders(headers)
    // Whoever repeats an old word need not make us ask for the secret.
    if (!isFresh(signed['webhook-timestamp'])) throw unauthorized()
    const word = verify(await webhookOf(), signed, rawBody)
    const { data } = prediction.pick({ id: true }).safeParse(word)
    if (!data) throw new AppError('request_invalid', 'The webhook names no prediction')
    return data.id
  }
}

// Asked for once; where that fails, not again for a while, however many words come.
function openSecret(settings: ReplicateSettings): () => Promise<Webhook> {
  if (settings.webhookSecret !== undefined) {
    const webhook = new Webhook(settings.webhookSecret)
    return async () => webhook
  }
  const api = openReplicate(settings)
  let asked: Promise<Webhook> | undefined
  return async () => {
    asked ??= askSecret(api).catch(thrown => {
      setTimeout(() => {
        asked = undefined
      }, ASK_AGAIN_MS).unref()
      throw thrown
    })
    return await asked
  }
}

const ASK_AGAIN_MS = 10_000
const FRESH_SECONDS = 300

function isFresh(timestamp = ''): boolean {
  return Math.abs(Date.now() / 1000 - Number(timestamp)) <= FRESH_SECONDS
}

async function askSecret(api: ReplicateApi): Promise<Webhook> {
  return new Webhook(await api.webhookSecret(AbortSignal.timeout(10_000)))
}

function readHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
  const found = names.map(name => [name, String(headers[name] ?? '')] as const)
  if (found.some(([, value]) => value === '')) throw unauthorized()
  return Object.fromEntries(found)
}

// It compares in constant time, and takes any of several signatures.
function verify(webhook: Webhook, headers: Record<string, string>, rawBody: Buffer): unknown {
  try {
    return webhook.verify(rawBody, headers)
  } catch (cause) {
    throw unauthorized({ cause })
  }
}

function unauthorized(options?: { cause: unknown }): AppError {
  return new AppError('unauthorized', 'The webhook is not signed by Replicate', options)
}
