// tokens: signed statements of who somebody is (JWT, RFC 7519; its best current practice, RFC 8725).
import { randomUUID } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { ROLES, type Role, userId } from './principal.ts'
import { refusal } from './refusal.ts'

export type TokenSubject = { readonly userId: string; readonly email?: string | undefined; readonly role: Role }

export type Tokens = {
  /** A token for the API. `hours` from now it ends; without, after as long as the configuration says. */
  generate(subject: TokenSubject, hours?: number): Promise<string>
  /** Throws `unauthorized` for whatever is wrong with it. */
  verify(token: string): Promise<TokenSubject & { readonly expiresAt: Date }>
  /** A new token that says the same of the same user, from now. Throws `unauthorized`. */
  refresh(token: string): Promise<string>
}

const ISSUER = 'kinora'
// Whoever sends more sends no token of ours, and is not worth the time to parse it.
const LONGEST = 4096
// Three parts without padding; the last character of 256 bits has two that are unused, and zero. One token, one spelling.
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/

/** Tokens under one secret of at least 32 bytes. A valid signature is enough: nothing is kept, nobody is looked up. */
export function openTokens(secret: Uint8Array, { hours: usualHours }: { hours: number }): Tokens {
  const generate: Tokens['generate'] = async ({ userId, email, role }, hours = usualHours) => {
    const issuedAt = Math.floor(Date.now() / 1000)
    return await new SignJWT({ user_id: userId, ...(email !== undefined && { email }), role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(ISSUER)
      .setAudience('access')
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + Math.ceil(hours * 3600))
      .setJti(randomUUID())
      .sign(secret)
  }
  const verify: Tokens['verify'] = async token => {
    try {
      return await read(token, secret)
    } catch (cause) {
      // Whatever a library thinks of a stranger's token, it is a wrong token and no failure of ours.
      throw refusal('token', cause)
    }
  }
  return { generate, verify, refresh: async token => await generate(await verify(token)) }
}

const header = z.strictObject({ alg: z.literal('HS256'), typ: z.literal('JWT') })

const claims = z
  .object({
    sub: userId,
    user_id: userId.optional(),
    email: z
      .string()
      .regex(/^\P{C}{1,320}$/u)
      .optional(),
    role: z.enum(ROLES).default('user'),
    // One audience: a token that is also good for refreshing is none of ours.
    aud: z.literal('access'),
    iat: z.number(),
    exp: z.number().max(8_640_000_000_000),
  })
  .refine(({ sub, user_id: id = sub }) => id === sub)
  .refine(({ iat, exp }) => iat < exp)

async function read(token: string, secret: Uint8Array) {
  if (token.length > LONGEST || !COMPACT.test(token)) throw new RangeError('of no shape that a token has')
  // Nothing else may be there: a `kid`, a `jku` or a `crit` asks for something that we do not do.
  header.parse(decodeProtectedHeader(token))
  const { payload } = await jwtVerify(token, secret, {
    algorithms: ['HS256'],
    typ: 'JWT',
    issuer: ISSUER,
    audience: 'access',
    requiredClaims: ['sub', 'iat', 'exp'],
  })
  const { sub, email, role, iat, exp } = claims.parse(payload)
  if (iat * 1000 > Date.now() + CLOCKS_DIFFER_MS) throw new RangeError('issued in the future')
  return { userId: sub, email, role, expiresAt: new Date(exp * 1000) }
}

// Between two machines that both keep time.
const CLOCKS_DIFFER_MS = 60_000
