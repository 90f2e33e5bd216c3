// verify: `kinora verify PICTURE PROVENANCE`: whether a picture is as it was made; asks no server and no database.
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { z } from 'zod'
import { type SignedManifest, signedManifest, verifyPicture } from '../features/images/provenance/manifest.ts'
import { AppError } from '../lib/errors.ts'

const USAGE = 'kinora verify PICTURE PROVENANCE [--key KEY]'
const keySet = z.union([
  z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  z.record(z.string(), z.unknown()),
])

/** Resolves with the exit code: 0 when it is as it was made, 1 when it is not. Throws `request_invalid`. */
export async function verify(
  words: readonly string[],
  screen: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { files, keyFile } = read(words)
  const [picture, text] = await Promise.all(files.map(readGiven))
  const signed = signedOf(picture && text ? text.toString('utf8') : '')
  const key = keyFile === undefined ? signed.key : await keyOf(keyFile, signed)
  const wrong = await verifyPicture(picture ?? Buffer.alloc(0), signed, key)
  if (wrong.length > 0) {
    screen.write(wrong.map(sentence => `${sentence}.\n`).join(''))
    return 1
  }
  screen.write(await told(signed, keyFile === undefined))
  return 0
}

function read(words: readonly string[]): { files: readonly string[]; keyFile: string | undefined } {
  try {
    const { positionals, values } = parseArgs({
      args: [...words],
      options: { key: { type: 'string' } },
      allowPositionals: true,
    })
    if (positionals.length === 2) return { files: positionals, keyFile: values.key }
  } catch (cause) {
    throw new AppError('request_invalid', `Usage: ${USAGE}`, { cause })
  }
  throw new AppError('request_invalid', `Usage: ${USAGE}`)
}

async function readGiven(file: string): Promise<Buffer> {
  return await readFile(file).catch(cause => {
    throw new AppError('request_invalid', `${file} cannot be read`, { cause })
  })
}

function signedOf(text: string): SignedManifest {
  return parsed(signedManifest, text, 'The second file is no answer of GET /api/v1/media/:id/provenance')
}

// A file with the key, or with all that GET /api/v1/provenance/keys answers; or the thumbprint of the right one.
async function keyOf(file: string, { key }: SignedManifest): Promise<JWK> {
  const { kid } = key
  if (THUMBPRINT.test(file)) return file === (await calculateJwkThumbprint(key)) ? key : {}
  const given = parsed(keySet, (await readGiven(file)).toString('utf8'), 'The file with the keys has none')
  const keys = 'keys' in given && Array.isArray(given.keys) ? given.keys : [given]
  return keys.find(key => key.kid === kid) ?? keys[0] ?? {}
}

// RFC 7638, of SHA-256.
const THUMBPRINT = /^[\w-]{43}$/

function parsed<T>(schema: z.ZodType<T>, text: string, otherwise: string): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new AppError('request_invalid', otherwise, { cause })
  }
}

async function told({ manifest, key }: SignedManifest, isItsOwn: boolean): Promise<string> {
  const { provider, model, seed, created_at: at, prompt } = manifest
  const made = `The picture is as it was made: by ${provider} (${model}, seed ${seed}), at ${at}${prompt === undefined ? '' : `: ${JSON.stringify(prompt)}`}.\n`
  // Whoever changes a picture can also sign it anew.
  const thumbprint = await calculateJwkThumbprint(key)
  const trust = `The key came with the signature. If this is the one that you know, say so: --key ${thumbprint}\n`
  return isItsOwn ? `${made}${trust}` : made
}
