// vendor: HTTP with somebody who works for us, at an address that whoever runs Kinora has set; what goes wrong is told in their words.
import { setTimeout as delay } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import { AppError } from '../lib/errors.ts'
import { codeOf, printable, secretsOf, type VendorErrorCode, waitOf, wordsOf } from './complaints.ts'

export type VendorSettings = {
  /** Begins the sentences that tell of it. */
  readonly name: string
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly headers?: Readonly<Record<string, string>>
  /** Its sentence in an answer that is a refusal, where it has a way of its own to say so. */
  readonly wordsIn?: (said: unknown) => string | undefined
}

export type Errand = {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Begins with a slash; or a whole URL on the vendor's own server. */
  readonly path: string
  /** Sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Until the last byte is there. */
  readonly timeoutMs?: number
  readonly signal: AbortSignal
}

export interface Vendor {
  readonly name: string
  /** The answer as JSON. Throws what `ImageProvider.generate` throws, and the signal's reason. */
  json(errand: Errand): Promise<unknown>
  /**
   * The same of an order, which is paid for once: a good status whose answer breaks off, is too long or is no JSON throws
   * `provider_unreadable`, where a question has only failed and may be asked again.
   */
  order(errand: Errand): Promise<unknown>
  bytes(errand: Errand): Promise<Buffer>
  /** Whether a URL is on the vendor's own server, and so may be asked for with its credentials. */
  isOwn(url: string): boolean
  /** An error that begins with the vendor's name. */
  error(code: VendorErrorCode, words: string, options?: { cause?: unknown; retryAfterMs?: number }): AppError
}

/** What it is when an answer with a good status cannot be read. */
type Spoilt = 'provider_failed' | 'provider_unreadable'

// Of what should have been JSON, in the sentence that tells of it.
const SHOWN_BYTES = 200
const USUAL_TIMEOUT_MS = 30_000
// Four pictures of 2048x2048 as PNG in base64.
const MOST_BYTES = 128 * 1024 * 1024

export function openVendor({ name, baseUrl, headers = {}, wordsIn }: VendorSettings): Vendor {
  const dispatcher = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 })
  const secrets = secretsOf(headers)
  const error: Vendor['error'] = (code, words, options) =>
    new AppError(code, `${name} API error: ${printable(words, secrets)}`, options)
  const isOwn: Vendor['isOwn'] = url => URL.parse(url)?.origin === new URL(baseUrl).origin
  const send = async (errand: Errand, spoilt: Spoilt): Promise<Buffer> => {
    const url = errand.path.startsWith('/') ? `${baseUrl}${errand.path}` : errand.path
    // Our credentials go to nobody else, whatever an answer says.
    if (!isOwn(url)) throw error('provider_failed', 'it names an address that is not its own')
    const deadline = AbortSignal.timeout(errand.timeoutMs ?? USUAL_TIMEOUT_MS)
    const signal = AbortSignal.any([errand.signal, deadline])
    let code: VendorErrorCode = 'provider_failed'
    try {
      const answer = await ask(url, errand, { dispatcher, headers, signal })
      const isGood = answer.statusCode >= 200 && answer.statusCode < 300
      if (isGood) code = spoilt
      const bytes = await readAll(answer.body, () => error(code, 'its answer is too long'))
      if (isGood) return bytes
      const said = read(bytes)
      throw error(codeOf(answer.statusCode, said), wordsIn?.(said) ?? wordsOf(said) ?? `HTTP ${answer.statusCode}`, {
        retryAfterMs: waitOf(answer.headers),
      })
    } catch (thrown) {
      errand.signal.throwIfAborted()
      if (thrown instanceof AppError) throw thrown
      const words = deadline.aborted ? 'no answer in time' : 'it cannot be reached, or broke off'
      throw error(code, words, { cause: thrown })
    }
  }
  const json = async (errand: Errand, spoilt: Spoilt): Promise<unknown> => {
    const bytes = await send(errand, spoilt)
    try {
      return JSON.parse(bytes.toString('utf8'))
    } catch (cause) {
      throw error(spoilt, `its answer is not JSON: ${bytes.toString('utf8', 0, SHOWN_BYTES)}`, { cause })
    }
  }
  return {
    name,
    error,
    isOwn,
    bytes: errand => send(errand, 'provider_failed'),
    json: errand => json(errand, 'provider_failed'),
    order: errand => json(errand, 'provider_unreadable'),
  }
}

/** For waiting between two looks: throws the signal's reason. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
  signal.throwIfAborted()
}

/** Whether nobody wants it any more, so that the vendor is to stop, too. */
export function isGivenUp(signal: AbortSignal): boolean {
  const { reason } = signal
  return reason instanceof AppError && (reason.code === 'cancelled' || reason.code === 'provider_timeout')
}

async function ask(
  url: string,
  { method = 'GET', body, headers = {} }: Errand,
  means: { dispatcher: Dispatcher; headers: Readonly<Record<string, string>>; signal: AbortSignal },
): Promise<Dispatcher.ResponseData> {
  return await request(url, {
    method,
    dispatcher: means.dispatcher,
    signal: means.signal,
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...means.headers,
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
}

async function readAll(body: Dispatcher.ResponseData['body'], tooLong: () => AppError): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > MOST_BYTES) throw tooLong()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function read(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
