// vendor: HTTP with somebody who works for us, at an address that whoever runs Kinora has set; what goes wrong is told in their words.
import { setTimeout as delay } from 'node:timers/promises'
import { Agent, type Dispatcher, request } from 'undici'
import { AppError } from '../lib/errors.ts'

export type VendorSettings = {
  /** Begins the sentences that tell of it. */
  readonly name: string
  /** Without a slash at the end. */
  readonly baseUrl: string
  readonly headers?: Readonly<Record<string, string>>
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
  bytes(errand: Errand): Promise<Buffer>
  /** Whether a URL is on the vendor's own server, and so may be asked for with its credentials. */
  isOwn(url: string): boolean
  /** An error that begins with the vendor's name. */
  error(code: VendorErrorCode, words: string, options?: { cause?: unknown; retryAfterMs?: number }): AppError
}

export type VendorErrorCode = 'provider_refused' | 'provider_failed' | 'provider_busy' | 'provider_timeout'

const USUAL_TIMEOUT_MS = 30_000
// Four pictures of 2048x2048 as PNG in base64.
const MOST_BYTES = 128 * 1024 * 1024

export function openVendor({ name, baseUrl, headers = {} }: VendorSettings): Vendor {
  const dispatcher = new Agent({ connect: { timeout: 10_000 }, headersTimeout: 0, bodyTimeout: 0 })
  const secrets = Object.values(headers).map(value => value.replace(/^\S+ /, ''))
  const error: Vendor['error'] = (code, words, options) =>
    new AppError(code, `${name} API error: ${printable(words, secrets)}`, options)
  const send = async (errand: Errand): Promise<Buffer> => {
    const deadline = AbortSignal.timeout(errand.timeoutMs ?? USUAL_TIMEOUT_MS)
    const signal = AbortSignal.any([errand.signal, deadline])
    try {
      const answer = await ask(new URL(toUrl(baseUrl, errand.path)), errand, { dispatcher, headers, signal })
      const bytes = await readAll(answer.body)
      if (answer.statusCode >= 200 && answer.statusCode < 300) return bytes
      throw error(codeOf(answer.statusCode), wordsOf(bytes) ?? `HTTP ${answer.statusCode}`, {
        retryAfterMs: waitOf(answer.headers),
      })
    } catch (thrown) {
      errand.signal.throwIfAborted()
      if (thrown instanceof AppError) throw thrown
      const words = deadline.aborted ? 'no answer in time' : 'it cannot be reached, or broke off'
      throw error('provider_failed', words, { cause: thrown })
    }
  }
  return {
    name,
    error,
    bytes: send,
    isOwn: url => URL.parse(url)?.origin === new URL(baseUrl).origin,
    async json(errand) {
      const bytes = await send(errand)
      try {
        return JSON.parse(bytes.toString('utf8'))
      } catch (cause) {
        throw error('provider_failed', 'its answer is not JSON', { cause })
      }
    },
  }
}

/** For waiting between two looks: throws the signal's reason. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined)
  signal.throwIfAborted()
}

function toUrl(baseUrl: string, path: string): string {
  return path.startsWith('/') ? `${baseUrl}${path}` : path
}

async function ask(
  url: URL,
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

async function readAll(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function codeOf(status: number): VendorErrorCode {
  if (status === 429) return 'provider_busy'
  return status >= 400 && status < 500 && status !== 408 && status !== 425 ? 'provider_refused' : 'provider_failed'
}

// RFC 9110, 10.2.3: seconds, or a date.
function waitOf(headers: Dispatcher.ResponseData['headers']): number {
  const written = String(headers['retry-after'] ?? '')
  if (/^\d{1,9}(\.\d+)?$/.test(written)) return Number(written) * 1000
  const at = Date.parse(written)
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now())
}

// Where vendors put their sentence: OpenAI, Replicate (RFC 9457), AUTOMATIC1111, FastAPI, and others.
function wordsOf(bytes: Buffer): string | undefined {
  try {
    const { error, detail, message, title } = JSON.parse(bytes.toString('utf8'))
    return [error?.message, detail, message, error, title].find(words => typeof words === 'string' && words !== '')
  } catch {
    return undefined
  }
}

const LONGEST_WORDS = 500

// Somebody else's words go to our callers: on one line, not too many, and never what we are known by.
function printable(words: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '…')), words)
  return clean
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_WORDS)
}
