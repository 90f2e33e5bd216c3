// forged: tokens that nobody should believe, each wrong in one way, made by somebody who may even know the secret.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'

export const SECRET = 'a secret of the tests, long enough for HS256'

type Json = Record<string, unknown>

const nowS = () => Math.floor(Date.now() / 1000)

/** Claims as `openTokens` makes them. */
export function goodClaims(): Json {
  const about = { sub: 'user123', user_id: 'user123', email: 'user@example.com', role: 'user' }
  return { ...about, iss: 'kinora', aud: 'access', iat: nowS(), exp: nowS() + 3600 }
}

/** A token with these changes to good claims and a good header; `undefined` leaves a member out. */
export function forge(claims: Json = {}, header: Json = {}, hash = 'sha256', secret: string | Buffer = SECRET): string {
  const head = { alg: 'HS256', typ: 'JWT', ...header }
  return signed(`${encode(head)}.${encode({ ...goodClaims(), ...claims })}`, hash, secret)
}

/** By what is wrong with it: everything that must be refused. */
export function forgedTokens(): Record<string, string> {
  const good = forge()
  const [head = '', body = '', signature = ''] = good.split('.')
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
  const rs256 = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(goodClaims())}`
  return {
    'no algorithm': `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
    'no algorithm, spelt otherwise': `${encode({ alg: 'nOnE', typ: 'JWT' })}.${body}.`,
    'no algorithm, with the signature': `${encode({ alg: 'none', typ: 'JWT' })}.${body}.${signature}`,
    HS512: forge({}, { alg: 'HS512' }, 'sha512'),
    HS384: forge({}, { alg: 'HS384' }, 'sha384'),
    RS256: `${rs256}.${sign('sha256', Buffer.from(rs256), rsa.privateKey).toString('base64url')}`,
    'a public key as the secret': forge({}, {}, 'sha256', publicPem),
    'an empty secret': forge({}, {}, 'sha256', ''),
    'another secret': forge({}, {}, 'sha256', 'your-very-long-secret-key-here-padded'),
    'its own key in the header': forge({}, { jwk: { kty: 'oct', k: Buffer.from('x').toString('base64url') } }),
    'a path as key id': forge({}, { kid: '../../../../dev/null' }, 'sha256', ''),
    'SQL as key id': forge({}, { kid: "' union select 'x' --" }),
    'an address of keys': forge({}, { jku: 'http://127.0.0.1/keys' }),
    'an address of certificates': forge({}, { x5u: 'http://127.0.0.1/cert' }),
    'an extension that must be understood': forge({}, { crit: ['exp'] }),
    'an unknown critical extension': forge({}, { crit: ['magic'], magic: true }),
    'an unencoded payload': forge({}, { b64: false, crit: ['b64'] }),
    'another type': forge({}, { typ: 'at+jwt' }),
    'no type': forge({}, { typ: undefined }),
    'another issuer': forge({ iss: 'somebody' }),
    'no issuer': forge({ iss: undefined }),
    'a refresh token': forge({ aud: 'refresh' }),
    'two audiences': forge({ aud: ['access', 'refresh'] }),
    'no audience': forge({ aud: undefined }),
    'no end': forge({ exp: undefined }),
    'an end that is text': forge({ exp: String(nowS() + 3600) }),
    'an end beyond all time': forge({ exp: 1e300 }),
    'ended a second ago': forge({ iat: nowS() - 3600, exp: nowS() - 1 }),
    'ending now': forge({ iat: nowS() - 3600, exp: nowS() }),
    'not yet valid': forge({ nbf: nowS() + 3600 }),
    'no beginning': forge({ iat: undefined }),
    'made tomorrow': forge({ iat: nowS() + 86_400, exp: nowS() + 90_000 }),
    'ended before it began': forge({ iat: nowS() + 50, exp: nowS() + 40 }),
    'no subject': forge({ sub: undefined, user_id: undefined }),
    'an empty subject': forge({ sub: '', user_id: '' }),
    'a subject that is no text': forge({ sub: 7, user_id: 7 }),
    'a subject with NUL': forge({ sub: 'a\0b', user_id: 'a\0b' }),
    'a subject without end': forge({ sub: 'x'.repeat(129), user_id: 'x'.repeat(129) }),
    'the anonymous subject': forge({ sub: 'anonymous', user_id: 'anonymous' }),
    'an anonymous subject in disguise': forge({ sub: 'Аnonymous\u200b', user_id: 'Аnonymous\u200b' }),
    'two subjects': forge({ user_id: 'somebody-else' }),
    'a role that there is not': forge({ role: 'root' }),
    'an email that is no text': forge({ email: { $ne: null } }),
    'another payload': `${head}.${encode({ ...goodClaims(), role: 'admin' })}.${signature}`,
    'a signature that is cut off': good.slice(0, -2),
    'no signature': `${head}.${body}.`,
    'a signature with padding': `${good}=`,
    'two parts': `${head}.${body}`,
    'four parts': `${good}.${signature}`,
    'five parts': `${good}..`,
    'claims that are a list': signed(`${head}.${encode([])}`),
    'claims that are no JSON': signed(`${head}.${Buffer.from('{').toString('base64url')}`),
    'a header that is no JSON': signed(`${Buffer.from('{').toString('base64url')}.${body}`),
    'a header that is null': signed(`${Buffer.from('null').toString('base64url')}.${body}`),
    'a body without end': forge({ email: `${'x'.repeat(6000)}@example.com` }),
    'dots and nothing else': '.'.repeat(4000),
    words: 'invalid-token',
  }
}

function signed(text: string, hash = 'sha256', secret: string | Buffer = SECRET): string {
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
