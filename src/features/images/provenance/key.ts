// key: what this Kinora signs its manifests with: made once, and kept where every process finds it.
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { Database } from '../../../db/open.ts'

export type SigningKey = {
  readonly privateKey: CryptoKey
  /** To be given to everybody; `kid` is its thumbprint (RFC 7638). */
  readonly publicJwk: JWK & { readonly kid: string }
}

const NAME = 'provenance-key'
const ALGORITHM = 'EdDSA'

export async function openSigningKey({ kysely }: Pick<Database, 'kysely'>): Promise<SigningKey> {
  const find = kysely.selectFrom('secrets').select('value').where('name', '=', NAME)
  if (!(await find.executeTakeFirst()))
    await kysely
      .insertInto('secrets')
      .values({ name: NAME, value: JSON.stringify(await newKey()) })
      // Of several processes that start at once the first one's is kept.
      .onConflict(on => on.doNothing())
      .execute()
  const jwk = JSON.parse((await find.executeTakeFirstOrThrow()).value) as JWK
  const { d: _secret, ...shown } = jwk
  const kid = await calculateJwkThumbprint(shown)
  const privateKey = (await importJWK(jwk, ALGORITHM)) as CryptoKey
  return { privateKey, publicJwk: { ...shown, kid, alg: ALGORITHM, use: 'sig' } }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true })
  return await exportJWK(privateKey)
}
