// images.test: who makes pictures is what the settings say, and the program's own painter is always there.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { openImages } from '../../src/app/images.ts'
import { loadConfig } from '../../src/config.ts'
import { type Database, openDatabase } from '../../src/db/open.ts'
import type { Processes } from '../../src/process/open.ts'
import type { Artifacts } from '../../src/runs/artifacts.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'

let db: Database
let directory: string
before(async () => {
  directory = (await placeEmbedded()).directory
  db = await openDatabase({ directory })
})
after(async () => {
  await db.close()
  await rm(directory, { recursive: true, force: true })
})

test('where nobody is set up, the painter makes the pictures', async () => {
  assert.deepEqual(await shelfOf({}), { usual: 'procedural', names: ['Procedural'], callers: [] })
})

test('whoever is set up first is asked first, and Replicate may call us where it reaches us', async () => {
  const found = await shelfOf({
    KINORA_COMFYUI_URL: 'http://127.0.0.1:8188',
    KINORA_REPLICATE_TOKEN: 'r8_0123456789',
    KINORA_PUBLIC_URL: 'https://pictures.example',
  })
  assert.deepEqual(found.names, ['Replicate', 'ComfyUI', 'Procedural'])
  assert.equal(found.usual, 'black-forest-labs/flux-schnell')
  assert.deepEqual(found.callers, ['https://pictures.example/api/v1/providers/replicate/webhook'])
})

test('the model that is taken when nobody names one must be there', async () => {
  const among = { KINORA_A1111_URL: 'http://127.0.0.1:7860', KINORA_IMAGE_MODEL: 'procedural' }
  assert.equal((await shelfOf(among)).usual, 'procedural')
  await assert.rejects(shelfOf({ ...among, KINORA_IMAGE_MODEL: 'sculptor' }), {
    code: 'config_invalid',
    message: 'KINORA_IMAGE_MODEL must be one of automatic1111, procedural',
  })
})

async function shelfOf(settings: Record<string, string>) {
  await using opening = new AsyncDisposableStack()
  const outside = { db, processes: {} as Processes }
  const { shelf, callers, kinds } = await openImages(loadConfig(settings), outside, {} as Artifacts, opening)
  assert.deepEqual([...kinds.keys()], ['image.generate'])
  const names = shelf.providers.map(({ name }) => name)
  return { usual: shelf.usual, names, callers: [...callers.values()].map(({ url }) => url) }
}
