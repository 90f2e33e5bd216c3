// ids: unguessable names for rows that callers see, such as `job_4x0w…`.
import { randomBytes } from 'node:crypto'

// Crockford's base 32: no letter that can be mistaken for a digit, safe in URLs and file names.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: the prefix, an underscore, and 24 characters that carry 120 random bits. */
export function newId(prefix: string): string {
  const letters = Array.from(randomBytes(24), byte => ALPHABET[byte & 31])
  return `${prefix}_${letters.join('')}`
}
