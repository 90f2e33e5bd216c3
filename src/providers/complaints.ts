// complaints: what a vendor means that does not do what it was asked, in its own words as far as they are fit to be passed on.
import { z } from 'zod'

export type VendorErrorCode =
  | 'provider_refused'
  | 'provider_failed'
  | 'provider_busy'
  | 'provider_timeout'
  | 'provider_unreadable'

/** What we are known by: what stands in the headers, and of a login its password, too. */
export function secretsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  const words = Object.entries(headers)
    .filter(([name]) => /authorization|key|token|cookie/i.test(name))
    .map(([, value]) => value.replace(/^(?:Basic|Bearer|Token) /i, ''))
  const logins = Object.values(headers)
    .filter(value => /^Basic /i.test(value))
    .map(value => Buffer.from(value.slice(6), 'base64').toString('utf8'))
  const passwords = logins.map(login => login.slice(login.indexOf(':') + 1))
  return [...words, ...logins, ...passwords].filter(secret => secret !== '')
}

// OpenAI says 429 of an account without money, too, where waiting does not help.
const outOfMoney = z.looseObject({ error: z.looseObject({ code: z.literal('insufficient_quota') }) })

/** What an answer that is none means: its status, and its JSON where it has some. */
export function codeOf(status: number, said: unknown): VendorErrorCode {
  if (outOfMoney.safeParse(said).success) return 'provider_refused'
  if (status === 429) return 'provider_busy'
  // Nobody is followed elsewhere, and whoever asks again is sent there again.
  if (status >= 300 && status < 400) return 'provider_refused'
  return status >= 400 && status < 500 && status !== 408 && status !== 425 ? 'provider_refused' : 'provider_failed'
}

/** How long it wants to be left alone. RFC 9110, 10.2.3: seconds, or a date; OpenAI has a finer one besides. */
export function waitOf(headers: Readonly<Record<string, unknown>>): number {
  const fine = String(headers['retry-after-ms'] ?? '')
  if (/^\d{1,12}(\.\d+)?$/.test(fine)) return Math.ceil(Number(fine))
  const written = String(headers['retry-after'] ?? '')
  if (/^\d{1,9}(\.\d+)?$/.test(written)) return Math.ceil(Number(written) * 1000)
  const at = Date.parse(written)
  return Number.isNaN(at) ? 0 : Math.max(0, at - Date.now())
}

/**
 * Where vendors put their sentence: OpenAI; ComfyUI, which says what it means only in `details`; Replicate (RFC 9457);
 * FastAPI, a sentence or a list; stable-diffusion.cpp; AUTOMATIC1111, which has the name of an exception in `error`.
 */
export function wordsOf(said: unknown): string | undefined {
  if (typeof said !== 'object' || said === null) return undefined
  const { error, detail, message, errors, title } = said as Record<string, unknown>
  const places = [detailed(error), listed(detail)]
  return [...places, detail, message, errors, error, title].find(
    (words): words is string => typeof words === 'string' && words.trim() !== '',
  )
}

function detailed(error: unknown): unknown {
  const { message, details } = (error ?? {}) as { message?: unknown; details?: unknown }
  return typeof details === 'string' && details.trim() !== '' ? `${message} (${details.trim()})` : message
}

const validation = z.array(z.looseObject({ loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })).min(1)

function listed(detail: unknown): string | undefined {
  return validation
    .safeParse(detail)
    .data?.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`)
    .join('; ')
}

const LONGEST_WORDS = 500

/** Somebody else's words go to our callers: on one line, not too many, and never what we are known by. */
export function printable(words: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), words)
  const line = clean.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  // Half a pair of surrogates at the cut would be refused by the database.
  return line.slice(0, LONGEST_WORDS).toWellFormed()
}
