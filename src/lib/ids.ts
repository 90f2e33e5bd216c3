// ids: unguessable names for rows that callers see, such as `job_4x0w…`, and secrets.
import { randomBytes, randomUUID } from 'node:crypto'

// Crockford's base 32: no letter that can be mistaken for a digit, safe in URLs and file names.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: the prefix, an underscore, and 24 characters that carry 120 random bits. */
export function newId(prefix: string): string {
  return `${prefix}_${randomLetters(24)}`
}

/** The same for doors whose clients expect a UUID (RFC 9562, version 4: 122 random bits). */
export function newUuid(): string {
  return randomUUID()
}

/** Something to be known only to whoever got it: the prefix, an underscore, and 52 characters that carry 260 random bits. */
export function newSecret(prefix: string): string {
  return `${prefix}_${randomLetters(52)}`
}

function randomLetters(count: number): string {
  return Array.from(randomBytes(count), byte => ALPHABET[byte & 31]).join('')
}
