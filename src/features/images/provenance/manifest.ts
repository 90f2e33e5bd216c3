// manifest: what was made, how, and the digest of its bytes, signed: whoever has the three can tell a changed one, offline.
import { createHash } from 'node:crypto'
import { CompactSign, compactVerify, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import type { SigningKey } from './key.ts'

export const manifest = z.object({
  format: z.literal('kinora-provenance/1'),
  media_id: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  file_size_bytes: z.int(),
  mime_type: z.string(),
  width: z.int(),
  height: z.int(),
  created_at: z.string(),
  provider: z.string(),
  model: z.string(),
  digital_source_type: z.url().describe('From the IPTC list of digital source types'),
  seed: z.int(),
  number: z.int().describe('Which of the pictures of its job, from 1'),
  prompt: z.string().optional().describe('Absent for a job that was marked private'),
  negative_prompt: z.string().optional(),
  software: z.string(),
})
export type Manifest = z.infer<typeof manifest>

export const signedManifest = z.object({
  manifest,
  signature: z.string().describe('The same manifest, signed: a compact JWS (RFC 7515, EdDSA)'),
  key: z.record(z.string(), z.unknown()).describe('What verifies it: a JWK (RFC 8037)'),
})
export type SignedManifest = z.infer<typeof signedManifest>

export async function signManifest(told: Manifest, { privateKey, publicJwk }: SigningKey): Promise<SignedManifest> {
  const payload = new TextEncoder().encode(JSON.stringify(told))
  const signature = await new CompactSign(payload)
    .setProtectedHeader({ alg: 'EdDSA', kid: publicJwk.kid })
    .sign(privateKey)
  return { manifest: told, signature, key: { ...publicJwk } }
}

/** What is wrong with a picture and its signed manifest, in sentences; none when the picture is as it was made. */
export async function verifyPicture(picture: Buffer, signed: SignedManifest, key: JWK): Promise<string[]> {
  const told = await payloadOf(signed.signature, key)
  if (!told) return ['The signature is not of this key']
  const sha256 = createHash('sha256').update(picture).digest('hex')
  return [
    ...(sha256 === told.sha256 ? [] : ['The picture is not the one that was signed: its bytes are others']),
    ...(isDeepEqual(told, signed.manifest) ? [] : ['The manifest is not the one that was signed']),
  ]
}

async function payloadOf(signature: string, key: JWK): Promise<Manifest | undefined> {
  try {
    const { payload } = await compactVerify(signature, await importJWK(key, 'EdDSA'), { algorithms: ['EdDSA'] })
    return manifest.parse(JSON.parse(new TextDecoder().decode(payload)))
  } catch {
    return undefined
  }
}

function isDeepEqual(one: Manifest, other: Manifest): boolean {
  return JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort())
}
