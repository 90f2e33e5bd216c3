// provenance: what is told of how a picture was made, signed, for whoever has the picture.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JWK } from 'jose'
import { type SignedManifest, verifyPicture } from '../../../src/features/images/provenance/manifest.ts'
import { forEachHouse } from '../../fixtures/house.ts'
import { ANN, openImages } from './open-door.ts'

forEachHouse(
  house => {
    async function made(body: object) {
      await using images = await openImages(house())
      const { id } = (await images.generate({ prompt: 'an owl', ...body }, ANN)).json()
      await house().runs.ended(String(id), { owner: '', seesAll: true }, AbortSignal.timeout(30_000))
      const [media] = (await images.get(`/api/v1/jobs/status/${id}`, ANN)).json<{ media: { id: string }[] }>().media
      // Whoever has the address needs no credentials.
      const path = `/api/v1/media/${media?.id}`
      const { keys } = (await images.get('/api/v1/provenance/keys')).json<{ keys: JWK[] }>()
      const signed = (await images.get(`${path}/provenance`)).json<SignedManifest>()
      return { id: media?.id, bytes: (await images.get(path)).bytes, signed, key: keys[0] ?? {} }
    }

    test('the manifest is of these very bytes, and signed with the key that is shown', async () => {
      const { id, bytes, signed, key } = await made({ parameters: { seed: 42, output_format: 'webp' } })
      assert.deepEqual(await verifyPicture(bytes, signed, key), [])
      const { media_id, model, seed, mime_type, format, digital_source_type } = signed.manifest
      assert.deepEqual(
        [media_id, model, seed, mime_type, format],
        [id, 'painter', 42, 'image/webp', 'kinora-provenance/1'],
      )
      assert.match(digital_source_type, /\/algorithmicMedia$/)
      const changed = Buffer.from(bytes)
      changed[3] = (changed[3] ?? 0) ^ 1
      assert.equal((await verifyPicture(changed, signed, key)).length, 1)
    })

    test('nothing of a private key is shown', async () => {
      const { signed, key } = await made({})
      for (const shown of [signed.key, key]) assert.deepEqual([shown.d, shown.kty], [undefined, 'OKP'])
    })

    test('a picture that is not there has none', async () => {
      await using images = await openImages(house())
      const reply = await images.get('/api/v1/media/660e8400-e29b-41d4-a716-446655440000/provenance')
      assert.deepEqual([reply.status, reply.json()['detail']], [404, 'Media not found'])
    })
  },
  ['pglite'],
)
