// users: people with an email and a password. A caller need not be one: tokens and keys may name any id.
import { type Selectable, sql } from 'kysely'
import type { Database } from '../db/open.ts'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../lib/errors.ts'
import { newId } from '../lib/ids.ts'
import { hashPassword } from './passwords.ts'
import type { Role } from './principal.ts'

export type User = {
  readonly id: string
  readonly email: string
  readonly role: Role
  readonly createdAt: Date
  readonly disabledAt?: Date
}

export type Users = {
  /** Throws `user_exists`. */
  create(user: { email: string; password: string; role: Role }): Promise<User>
  list(): Promise<User[]>
  /** Refuses the user's tokens and keys from now on. Throws `user_not_found`. */
  disable(email: string): Promise<User>
  /** Forgets the email, the password and the keys, and keeps refusing tokens that are out. Throws `user_not_found`. */
  remove(email: string): Promise<User>
  /** Whether somebody with this id was disabled or deleted; ids that are no user's never were. */
  isDisabled(id: string): Promise<boolean>
  /** How many have not been deleted. */
  count(): Promise<number>
}

export function openUsers({ kysely, transaction }: Pick<Database, 'kysely' | 'transaction'>): Users {
  return {
    async create({ email, password, role }) {
      const row = { id: newId('user'), email: normalise(email), password_hash: await hashPassword(password), role }
      const inserted = kysely
        .insertInto('users')
        .values(row)
        .onConflict(conflict => conflict.column('email').doNothing())
      const created = await inserted.returningAll().executeTakeFirst()
      if (!created) throw new AppError('user_exists', `There is a user ${row.email} already`)
      return userOf(created)
    },

    async list() {
      return (await kept(kysely).selectAll().orderBy('number').execute()).map(userOf)
    },

    async disable(email) {
      const disabled = kysely
        .updateTable('users')
        .set({ disabled_at: sql<Date>`coalesce(disabled_at, now())` })
        .where('email', '=', normalise(email))
      return userOf(found(email, await disabled.returningAll().executeTakeFirst()))
    },

    async remove(email) {
      return await transaction(async trx => {
        const there = kept(trx).selectAll().where('email', '=', normalise(email)).forUpdate()
        const user = found(email, await there.executeTakeFirst())
        const tombstone = { email: null, password_hash: null, disabled_at: sql<Date>`coalesce(disabled_at, now())` }
        await trx.updateTable('users').set(tombstone).where('id', '=', user.id).execute()
        await trx.deleteFrom('api_keys').where('user_id', '=', user.id).execute()
        return userOf(user)
      })
    },

    async isDisabled(id) {
      const disabled = kysely.selectFrom('users').select('id').where('id', '=', id).where('disabled_at', 'is not', null)
      return (await disabled.executeTakeFirst()) !== undefined
    },

    async count() {
      const { total } = await kept(kysely)
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .executeTakeFirstOrThrow()
      return Number(total)
    },
  }
}

function normalise(email: string): string {
  return email.trim().normalize('NFC').toLowerCase()
}

function kept(kysely: Database['kysely']) {
  return kysely.selectFrom('users').where('email', 'is not', null)
}

function found<Row>(email: string, row: Row | undefined): Row {
  if (row) return row
  throw new AppError('user_not_found', `There is no user ${email}`)
}

function userOf(row: Selectable<Tables['users']>): User {
  return {
    id: row.id,
    email: row.email ?? '',
    role: row.role as Role,
    createdAt: row.created_at,
    ...(row.disabled_at && { disabledAt: row.disabled_at }),
  }
}
