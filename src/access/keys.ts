// keys: API keys: shown once, kept only as a hash, good until they expire, are revoked, or their user is disabled.
import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../db/open.ts'
import { AppError } from '../lib/errors.ts'
import { newId, newSecret } from '../lib/ids.ts'
import { type ApiKey, keyOf } from './key-records.ts'
import type { Role } from './principal.ts'
import { refusal } from './refusal.ts'

export type NewKey = {
  readonly userId: string
  readonly name: string
  readonly role: Role
  readonly expiresAt?: Date | undefined
}

/** Whose keys: those of one user, or everybody's. */
export type KeyOwner = { readonly owner: string; readonly seesAll?: boolean }

export type Keys = {
  /** `secret` is the key itself; nobody can ever tell it again. */
  generate(key: NewKey): Promise<{ readonly key: ApiKey; readonly secret: string }>
  /** Throws `unauthorized` for a key that is unknown, expired, revoked, or whose user is disabled. */
  verify(secret: string): Promise<ApiKey>
  /** Newest first; of one user, or without `userId` everybody's. */
  list(query: {
    userId?: string | undefined
    limit: number
    offset: number
  }): Promise<{ keys: ApiKey[]; total: number }>
  /** From now on the key is refused; doing it twice is fine. Throws `key_not_found`, also when it is somebody else's. */
  revoke(id: string, by: KeyOwner): Promise<ApiKey>
  /** The same, and nothing of it is kept; answers it as it was. */
  remove(id: string, by: KeyOwner): Promise<ApiKey>
  /** How many there are that would be let in. */
  count(): Promise<number>
}

export function openKeys({ kysely }: Pick<Database, 'kysely'>): Keys {
  return {
    async generate({ userId, name, role, expiresAt }) {
      const secret = newSecret('sk')
      const row = { id: newId('key'), hash: hashOf(secret), prefix: secret.slice(0, PREFIX), name, role }
      const inserted = kysely.insertInto('api_keys').values({ ...row, user_id: userId, expires_at: expiresAt ?? null })
      return { key: keyOf(await inserted.returningAll().executeTakeFirstOrThrow()), secret }
    },

    async verify(secret) {
      const row = await valid(kysely).selectAll('api_keys').where('hash', '=', hashOf(secret)).executeTakeFirst()
      if (!row) throw refusal('key')
      await touch(kysely, row.id)
      return keyOf(row)
    },

    async list({ userId, limit, offset }) {
      const all = kysely
        .selectFrom('api_keys')
        .$if(userId !== undefined, keys => keys.where('user_id', '=', userId ?? ''))
      const rows = await all.selectAll().orderBy('number', 'desc').limit(limit).offset(offset).execute()
      const { total } = await all.select(({ fn }) => fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
      return { keys: rows.map(keyOf), total: Number(total) }
    },

    async revoke(id, { owner, seesAll }) {
      const revoked = kysely
        .updateTable('api_keys')
        .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
        .where('id', '=', id)
        .$if(!seesAll, keys => keys.where('user_id', '=', owner))
      return keyOf(found(id, await revoked.returningAll().executeTakeFirst()))
    },

    async remove(id, { owner, seesAll }) {
      const gone = kysely
        .deleteFrom('api_keys')
        .where('id', '=', id)
        .$if(!seesAll, keys => keys.where('user_id', '=', owner))
      return keyOf(found(id, await gone.returningAll().executeTakeFirst()))
    },

    async count() {
      const { total } = await valid(kysely)
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      return Number(total)
    },
  }
}

const PREFIX = 15

// A key carries 260 random bits: no slow hash is needed, and how long looking its hash up takes tells nothing of it.
function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

function valid(kysely: Database['kysely']) {
  return kysely
    .selectFrom('api_keys')
    .where('revoked_at', 'is', null)
    .where(({ eb }) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', sql<Date>`now()`)]))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('users')
            .select('users.id')
            .whereRef('users.id', '=', 'api_keys.user_id')
            .where('users.disabled_at', 'is not', null),
        ),
      ),
    )
}

// For people who look for keys that nobody needs: a write for every call would cost more than it tells.
async function touch(kysely: Database['kysely'], id: string): Promise<void> {
  await kysely
    .updateTable('api_keys')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where(({ eb }) =>
      eb.or([eb('last_used_at', 'is', null), eb('last_used_at', '<', sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute()
}

function found<Row>(id: string, row: Row | undefined): Row {
  if (row) return row
  throw new AppError('key_not_found', `Key ${id} not found`)
}
