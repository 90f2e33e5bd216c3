// numbers: fields of a form as numbers, as strictly as a client must be told that one is none.
import { AppError } from '../../lib/errors.ts'
import { fromSeconds, type Micros } from '../../lib/time.ts'

// As programs print them: JavaScript writes 0.0000001 as 1e-7. No NaN, no Infinity, no 0x10, no empty text.
const NUMBER = /^[+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})(?:e[+-]?\d{1,3})?$/i

// 31 years: beyond, microseconds are no whole numbers of JavaScript any more.
const MOST_SECONDS = 1e9

/** Throws `request_invalid` for what is missing, and for what is no number. */
export function readNumber(name: string, written: string | undefined): number {
  if (written === undefined || written === '') throw new AppError('request_invalid', `${name} is missing`)
  const value = NUMBER.test(written) ? Number(written) : Number.NaN
  if (!Number.isFinite(value)) throw new AppError('request_invalid', `${name} must be a number`)
  return value
}

/** Seconds as microseconds; absurdly many as a time that no clip has. */
export function toMicros(seconds: number): Micros {
  return fromSeconds(Math.max(-MOST_SECONDS, Math.min(MOST_SECONDS, seconds)))
}
