// key-records: a row of `api_keys` as the rest of the house sees it: without the hash.
import type { Selectable } from 'kysely'
import type { Tables } from '../db/tables.ts'
import type { Role } from './principal.ts'

export type ApiKey = {
  readonly id: string
  /** Its first 15 characters. */
  readonly prefix: string
  readonly userId: string
  readonly name: string
  readonly role: Role
  readonly createdAt: Date
  readonly expiresAt?: Date
  readonly revokedAt?: Date
  /** To the minute. */
  readonly lastUsedAt?: Date
}

export function keyOf(row: Selectable<Tables['api_keys']>): ApiKey {
  return {
    id: row.id,
    prefix: row.prefix,
    userId: row.user_id,
    name: row.name,
    role: row.role as Role,
    createdAt: row.created_at,
    ...(row.expires_at && { expiresAt: row.expires_at }),
    ...(row.revoked_at && { revokedAt: row.revoked_at }),
    ...(row.last_used_at && { lastUsedAt: row.last_used_at }),
  }
}
