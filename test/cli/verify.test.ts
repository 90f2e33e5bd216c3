// verify.test: a picture and its signed manifest are enough to tell a changed one, without any server.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { openDatabase } from '../../src/db/open.ts'
import { openSigningKey, type SigningKey } from '../../src/features/images/provenance/key.ts'
import { type SignedManifest, signManifest } from '../../src/features/images/provenance/manifest.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { kinora } from './kinora.ts'

let directory: string
let picture: Buffer
let key: SigningKey
let signed: SignedManifest

before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-verify-'))
  const placed = await placeEmbedded()
  const db = await openDatabase(placed)
  key = await openSigningKey(db)
  assert.deepEqual((await openSigningKey(db)).publicJwk, key.publicJwk, 'there is one key, and it is kept')
  await db.close()
  await rm(placed.directory, { recursive: true, force: true })
  picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#369' } })
    .png()
    .toBuffer()
  signed = await signManifest(
    {
      ...{ format: 'kinora-provenance/1', media_id: '660e8400-e29b-41d4-a716-446655440000' },
      sha256: createHash('sha256').update(picture).digest('hex'),
      ...{ file_size_bytes: picture.length, mime_type: 'image/png', width: 40, height: 30 },
      ...{ created_at: '2026-11-21T00:00:00.000Z', provider: 'Procedural', model: 'procedural' },
      digital_source_type: 'http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia',
      ...{ seed: 42, number: 1, prompt: 'an owl', software: 'Kinora 0.1.0' },
    },
    key,
  )
})
after(() => rm(directory, { recursive: true, force: true }))

/** The files as these would be, and the command over them. */
async function verified(changed: { picture?: Buffer; signed?: unknown; key?: unknown }) {
  const at = (name: string) => join(directory, name)
  await writeFile(at('picture.png'), changed.picture ?? picture)
  await writeFile(
    at('signed.json'),
    typeof changed.signed === 'string' ? changed.signed : JSON.stringify(changed.signed ?? signed),
  )
  const options = changed.key === undefined ? [] : ['--key', at('key.json')]
  if (changed.key !== undefined) await writeFile(at('key.json'), JSON.stringify(changed.key))
  return await kinora(['verify', at('picture.png'), at('signed.json'), ...options], { KINORA_DATA_DIR: directory })
}

test('a picture that is as it was made', async () => {
  const { code, out } = await verified({ key: { keys: [key.publicJwk] } })
  assert.deepEqual([code, out.split('\n').length], [0, 1])
  assert.match(out, /as it was made: by Procedural \(procedural, seed 42\).*"an owl"/)
})

test('without a key of one’s own it is said whose signature that is', async () => {
  const { code, out } = await verified({})
  assert.equal(code, 0)
  assert.ok(out.includes(key.publicJwk.kid))
})

test('the thumbprint of the key that one knows is enough', async () => {
  await verified({})
  const words = ['verify', join(directory, 'picture.png'), join(directory, 'signed.json'), '--key']
  const run = async (thumbprint: string) => (await kinora([...words, thumbprint], { KINORA_DATA_DIR: directory })).code
  assert.deepEqual([await run(key.publicJwk.kid), await run('A'.repeat(43))], [0, 1])
})

test('one changed byte anywhere', async () => {
  for (const at of [0, 20, Math.floor(picture.length / 2), picture.length - 1]) {
    const changed = Buffer.from(picture)
    changed[at] = (changed[at] ?? 0) ^ 1
    const { code, out } = await verified({ picture: changed })
    assert.deepEqual([code, /its bytes are others/.test(out)], [1, true], `byte ${at}`)
  }
})

test('a manifest that says something else', async () => {
  const { code, out } = await verified({ signed: { ...signed, manifest: { ...signed.manifest, model: 'flux' } } })
  assert.deepEqual([code, out], [1, 'The manifest is not the one that was signed.'])
})

test('a signature of somebody else, also when it brings its own key', async () => {
  const placed = await placeEmbedded()
  const db = await openDatabase(placed)
  const forged = await signManifest({ ...signed.manifest, model: 'flux' }, await openSigningKey(db))
  await db.close()
  await rm(placed.directory, { recursive: true, force: true })
  for (const known of [key.publicJwk, { keys: [key.publicJwk] }]) {
    const { code, out } = await verified({ signed: forged, key: known })
    assert.deepEqual([code, out], [1, 'The signature is not of this key.'])
  }
})

test('a signature without an algorithm', async () => {
  const [, payload] = signed.signature.split('.')
  const header = Buffer.from('{"alg":"none"}').toString('base64url')
  assert.equal((await verified({ signed: { ...signed, signature: `${header}.${payload}.` } })).code, 1)
})

for (const [name, words] of [
  ['no words', []],
  ['one file', ['a']],
  ['an option that there is not', ['a', 'b', '--kay', 'c']],
  ['files that are not there', ['nowhere.png', 'nowhere.json']],
] as const)
  test(`${name}: a sentence, and no stack`, async () => {
    const { code, err } = await kinora(['verify', ...words], { KINORA_DATA_DIR: directory })
    assert.equal(code, 1)
    assert.match(err, /^kinora: (Usage: kinora verify PICTURE PROVENANCE|nowhere\.\w+ cannot be read)/)
    assert.doesNotMatch(err, /\n\s+at /)
  })

test('a second file that is something else', async () => {
  for (const other of ['{}', 'not JSON', '[]']) assert.equal((await verified({ signed: other })).code, 1)
})
