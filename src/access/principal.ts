// principal: who calls: a user by token or by key, or nobody in particular; and which ids a user may have.
import { z } from 'zod'

export const ROLES = ['user', 'admin'] as const
export type Role = (typeof ROLES)[number]

export type Principal = {
  readonly userId: string
  readonly email?: string
  readonly role: Role
  readonly method: 'jwt' | 'key' | 'token' | 'anonymous'
  /** Of the key that was presented. */
  readonly keyId?: string
  /** When that key ends, if ever. */
  readonly keyExpiresAt?: Date
}

/** Callers without credentials are one owner. */
export const ANONYMOUS: Principal = { userId: 'anonymous', role: 'user', method: 'anonymous' }

/** Ids need not be ours: tokens are made for any. None may be, or be read as, that of callers without credentials. */
export const userId = z
  .string()
  .regex(/^(?:[^\p{C}\p{Z}]| ){1,128}$/u, 'must be 1 to 128 characters of printable text')
  .refine(id => id.trim() === id, 'must not begin or end with a space')
  .refine(id => !looksAnonymous(id), 'must not look like "anonymous", which is whoever has no credentials')

// Compatibility forms, accents, capitals and invisible characters go first; then Cyrillic, Greek and Armenian lookalikes.
const LOOKS_ANONYMOUS = /^[aаαɑ@][nոпη][oоοօ0][nոпη][yуγү][mмⅿ][oоοօ0][uսυц][sѕꜱ5]$/u

function looksAnonymous(id: string): boolean {
  const bare = id.normalize('NFKD').replaceAll(/[\p{M}\p{Z}\p{C}]/gu, '')
  return LOOKS_ANONYMOUS.test(bare.toLowerCase())
}
