// open: everything about who may call, over one database.
import type { Database } from '../db/open.ts'
import { type Keys, openKeys } from './keys.ts'
import type { Principal } from './principal.ts'
import { refusal } from './refusal.ts'
import { openSecret, type SecretPlaces } from './secret.ts'
import { openTokens, type Tokens } from './tokens.ts'
import { openUsers, type Users } from './users.ts'

/** What a caller presents: a token, or a key. */
export type Credential = { readonly token: string } | { readonly key: string }

/** Throws `unauthorized` when it is not a good one. */
export type Identify = (credential: Credential) => Promise<Principal>

export type Access = {
  readonly tokens: Tokens
  readonly keys: Keys
  readonly users: Users
  readonly identify: Identify
}

export async function openAccess(
  db: Database,
  settings: Omit<SecretPlaces, 'db'> & { readonly tokenHours: number },
): Promise<Access> {
  const tokens = openTokens(await openSecret({ db, ...settings }), { hours: settings.tokenHours })
  const [keys, users] = [openKeys(db), openUsers(db)]
  return { tokens, keys, users, identify: identifier(tokens, keys, users) }
}

function identifier(tokens: Tokens, keys: Keys, users: Users): Identify {
  return async credential => {
    if ('key' in credential) {
      const { id: keyId, userId, role, expiresAt } = await keys.verify(credential.key)
      return { userId, role, method: 'key', keyId, ...(expiresAt && { keyExpiresAt: expiresAt }) }
    }
    const { userId, email, role } = await tokens.verify(credential.token)
    // No user need be known for a token to be good; one who is known to be shut out is.
    if (await users.isDisabled(userId)) throw refusal('token')
    return { userId, ...(email !== undefined && { email }), role, method: 'jwt' }
  }
}
