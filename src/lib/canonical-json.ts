// canonical-json: one spelling for one value, so that equal things have equal digests.
import { createHash } from 'node:crypto'

/**
 * JSON with sorted keys and no spaces; `undefined` members are left out (after RFC 8785). Throws a TypeError on what JSON
 * cannot say: a Map, a Set or bytes would otherwise all be spelt `{}`, and share one digest.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(item => canonicalJson(item ?? null)).join(',')}]`
  if (value instanceof Date) return JSON.stringify(value)
  if (value !== null && typeof value === 'object') return `{${members(value).join(',')}}`
  return JSON.stringify(value) ?? 'null'
}

/** sha256 of the canonical JSON, in hex: how steps, outputs and specs are named by what they say. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}

function members(value: object): string[] {
  if (![Object.prototype, null].includes(Object.getPrototypeOf(value))) throw new TypeError('Not a JSON value')
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
}
