// authenticate: who is calling, from the headers of a request, and whether that is enough.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Credential, Identify } from '../access/open.ts'
import { ANONYMOUS, type Principal, type Role } from '../access/principal.ts'
import { refusal } from '../access/refusal.ts'
import type { Viewer } from '../runs/run.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; nobody in particular where nobody was asked. */
    readonly principal: Principal
    /** Whose things this request makes. All who are anonymous share one owner. */
    readonly owner: string
    /** Whose things this request may see. */
    readonly viewer: Viewer
    identified: Principal | null
  }
}

/** `optional`: a call without credentials is anonymous. Wrong credentials are refused either way. */
export type AuthMode = 'optional' | 'required'

type Hook = (request: FastifyRequest) => Promise<void>

/** Call before the routes are there: every request then has a principal, an owner and a viewer. */
export function knowCallers(api: FastifyInstance): void {
  api.decorateRequest('identified', null)
  api.decorateRequest('principal', { getter: principalOf })
  api.decorateRequest('owner', {
    getter() {
      return this.principal.userId
    },
  })
  api.decorateRequest('viewer', {
    getter() {
      return { owner: this.principal.userId, seesAll: this.principal.role === 'admin' }
    },
  })
}

/** A hook for routes that need a caller. Throws `unauthorized`, in the words of the pipelines document. */
export function authenticate(mode: AuthMode, identify: Identify): Hook {
  return async request => {
    const credential = presented(request)
    if (credential) request.identified = await identify(credential)
    else if (mode === 'required') throw refusal('none')
  }
}

/** A hook for after `authenticate`. Throws `unauthorized` where nobody is known, and `forbidden`. */
export function requireRole(role: Role): Hook {
  return async ({ principal }) => {
    if (principal.method === 'anonymous') throw refusal('none')
    if (principal.role !== role) throw refusal('role')
  }
}

function principalOf(this: FastifyRequest): Principal {
  return this.identified ?? ANONYMOUS
}

// Of a token and a key the token counts, as in the document's own clients; RFC 6750 wants a key as a token, too.
function presented({ headers }: FastifyRequest): Credential | undefined {
  const { authorization, 'x-api-key': key } = headers
  if (authorization !== undefined && /^bearer\b/i.test(authorization)) {
    const token = authorization.slice('bearer'.length).trim()
    return token.startsWith('sk_') ? { key: token } : { token }
  }
  if (key !== undefined) return { key: String(key) }
  if (authorization !== undefined) throw refusal('none')
  return undefined
}
