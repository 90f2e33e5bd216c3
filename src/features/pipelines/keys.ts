// keys: an API key in the words of the pipelines door, and who may make which.
import type { z } from 'zod'
import type { ApiKey } from '../../access/key-records.ts'
import type { NewKey } from '../../access/keys.ts'
import type { Principal } from '../../access/principal.ts'
import { refusal } from '../../access/refusal.ts'
import { AppError } from '../../lib/errors.ts'
import type * as schemas from './access-schemas.ts'

/** A key as it is shown: with its secret once, later with the beginning of it. */
export function toKey(key: ApiKey, secret?: string): z.infer<typeof schemas.key> {
  const { id, name, userId, role, prefix, createdAt, expiresAt, revokedAt, lastUsedAt } = key
  return {
    id,
    key: secret ?? `${prefix}...`,
    name,
    user_id: userId,
    role,
    revoked: revokedAt !== undefined,
    created_at: createdAt.toISOString(),
    ...(expiresAt && { expires_at: expiresAt.toISOString() }),
    ...(revokedAt && { revoked_at: revokedAt.toISOString() }),
    ...(lastUsedAt && { last_used_at: lastUsedAt.toISOString() }),
  }
}

/** What was asked for, if this caller may have it. Throws `forbidden`, `request_invalid`. */
export function toNewKey(asked: z.infer<typeof schemas.newKey>, principal: Principal): NewKey {
  const { userId: caller, role: rank, keyExpiresAt } = principal
  const { name, role, user_id: userId = caller } = asked
  if (rank !== 'admin' && (role === 'admin' || userId !== caller)) throw refusal('role')
  // Who has a key for a week must not make one for ever of it.
  const expiresAt = expiryOf(asked, new Date()) ?? keyExpiresAt
  if (keyExpiresAt && expiresAt && expiresAt > keyExpiresAt) throw refusal('role')
  return { name, role, userId, expiresAt }
}

const DAY_MS = 86_400_000

function expiryOf({ expires_at: at, expires_in_days: days }: z.infer<typeof schemas.newKey>, now: Date) {
  if (at !== undefined && days !== undefined) throw wrong('/expires_in_days', 'must not be there besides expires_at')
  if (days !== undefined) return new Date(now.getTime() + days * DAY_MS)
  if (at === undefined) return undefined
  const expiresAt = new Date(at)
  if (expiresAt <= now) throw wrong('/expires_at', 'must be in the future')
  // An hour west of Greenwich, the last one of the year 9999 is of a year that RFC 3339 cannot write.
  if (expiresAt.getUTCFullYear() > 9999) throw wrong('/expires_at', 'must be before the year 10000')
  return expiresAt
}

function wrong(pointer: string, message: string): AppError {
  return new AppError('request_invalid', `${pointer}: ${message}`, { details: [{ pointer, message }] })
}
