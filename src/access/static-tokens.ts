// static-tokens: tokens that whoever runs this has chosen, beside those that are signed: compared, never parsed.
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Credential, Identify } from './open.ts'
import type { Principal } from './principal.ts'

/** Who has no name is known by a digest of their token. */
export type ChosenToken = { readonly name?: string; readonly token: string }

/** Knows these tokens as users of their own, and asks `others` about all else. Throws what that throws. */
export function withStaticTokens(tokens: readonly ChosenToken[], others: Identify): Identify {
  const known = tokens.map(({ name, token }) => ({ hash: hashOf(token), principal: principalOf(name, token) }))
  return async credential => {
    const hash = hashOf(textOf(credential))
    // All of them are looked at, whichever it is: how long it takes tells nothing.
    const [found] = known.filter(({ hash: other }) => timingSafeEqual(hash, other))
    return found ? found.principal : await others(credential)
  }
}

function textOf(credential: Credential): string {
  return 'key' in credential ? credential.key : credential.token
}

// Equally long, whatever is compared.
function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

// No id of a user has this form unless somebody who may sign tokens wants it to.
function principalOf(name: string | undefined, token: string): Principal {
  const userId = `token:${name ?? hashOf(token).toString('hex', 0, 8)}`
  return { userId, role: 'user', method: 'token' }
}
