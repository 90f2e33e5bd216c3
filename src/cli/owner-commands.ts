// owner-commands: what can be asked about keys, tokens and users; members are named as the options of the commands are.
import { z } from 'zod'
import type { Access } from '../access/open.ts'
import { ROLES, userId } from '../access/principal.ts'
import { read } from '../engine/faults.ts'
import { keyName } from '../features/pipelines/access-schemas.ts'
import { toKey } from '../features/pipelines/keys.ts'
import { toUser } from '../features/pipelines/people.ts'
import { email, password } from '../features/pipelines/people-schemas.ts'
import { AppError, type Fault } from '../lib/errors.ts'
import { newSecret } from '../lib/ids.ts'
import type { OwnerCommands } from './owner-socket.ts'

/** Whoever may ask the owner of a data directory may do everything. */
export function accessCommands({ keys, tokens, users, identify }: Access): OwnerCommands {
  return { ...keyCommands(keys), ...tokenCommands(tokens, identify), ...userCommands(users) }
}

const EVERYBODY = { owner: '', seesAll: true }
const DAY_MS = 86_400_000
// More than anybody wants to read.
const MOST_KEYS = 10_000

const days = wholeNumber(3650, 'days')
const hours = wholeNumber(8760, 'hours')
const role = z.enum(ROLES).default('user')
const keyId = z.strictObject({ KEY_ID: z.string() })
const token = z.strictObject({ TOKEN: z.string() })
const person = z.strictObject({ EMAIL: z.string() })

function keyCommands(keys: Access['keys']): OwnerCommands {
  const newKey = { user: userId, name: keyName, 'expires-days': days.optional(), admin: z.boolean().default(false) }
  return {
    'keys.create': command(z.strictObject(newKey), async ({ user, name, 'expires-days': expiresDays, admin }) => {
      const expiresAt = expiresDays === undefined ? undefined : new Date(Date.now() + expiresDays * DAY_MS)
      const made = await keys.generate({ userId: user, name, role: admin ? 'admin' : 'user', expiresAt })
      return toKey(made.key, made.secret)
    }),
    'keys.list': command(z.strictObject({ user: userId.optional() }), async ({ user }) => {
      const found = await keys.list({ userId: user, limit: MOST_KEYS, offset: 0 })
      return found.keys.map(key => toKey(key))
    }),
    'keys.revoke': command(keyId, async ({ KEY_ID }) => toKey(await keys.revoke(KEY_ID, EVERYBODY))),
    'keys.delete': command(keyId, async ({ KEY_ID }) => toKey(await keys.remove(KEY_ID, EVERYBODY))),
  }
}

function tokenCommands(tokens: Access['tokens'], identify: Access['identify']): OwnerCommands {
  const subject = { user: userId, email: email.optional(), role, hours: hours.optional() }
  return {
    'tokens.create': command(z.strictObject(subject), async ({ user, hours, ...said }) => ({
      token: await tokens.generate({ userId: user, ...said }, hours),
    })),
    'tokens.verify': command(token, async ({ TOKEN }) => {
      const { userId, email, role } = await identify({ token: TOKEN })
      const { expiresAt } = await tokens.verify(TOKEN)
      return { user_id: userId, ...(email !== undefined && { email }), role, expires_at: expiresAt.toISOString() }
    }),
    'tokens.refresh': command(token, async ({ TOKEN }) => {
      await identify({ token: TOKEN })
      return { token: await tokens.refresh(TOKEN) }
    }),
  }
}

function userCommands(users: Access['users']): OwnerCommands {
  return {
    'users.create': command(z.strictObject({ EMAIL: email, role, password: password.optional() }), async asked => {
      const chosen = asked.password ?? newSecret('pw')
      const user = await users.create({ email: asked.EMAIL, password: chosen, role: asked.role })
      return { ...toUser(user), ...(asked.password === undefined && { password: chosen }) }
    }),
    'users.list': command(z.strictObject({}), async () => (await users.list()).map(toUser)),
    'users.disable': command(person, async ({ EMAIL }) => toUser(await users.disable(EMAIL))),
    'users.delete': command(person, async ({ EMAIL }) => toUser(await users.remove(EMAIL))),
  }
}

/** A command reads its input as strictly as a door does. Throws `request_invalid`. */
export function command<Schema extends z.ZodType>(schema: Schema, run: (input: z.output<Schema>) => Promise<unknown>) {
  return async (input: unknown) => {
    const faults: Fault[] = []
    const fitting = read(schema, input, '', faults)
    if (fitting === undefined) throw new AppError('request_invalid', 'The command is not complete', { details: faults })
    return await run(fitting)
  }
}

// As it is written after an option.
function wholeNumber(most: number, unit: string) {
  const fits = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= most
  return z.string().refine(fits, `must be a whole number of ${unit} from 1 to ${most}`).transform(Number)
}
