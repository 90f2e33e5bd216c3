// images-many: two hundred pictures at once, asked for over HTTP, and what becomes of each.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import sharp from 'sharp'
import { until } from '../fixtures/children.ts'
import { type ImageJob, imageJobs } from '../fixtures/image-client.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { soaked } from '../fixtures/soak.ts'

const MANY = soaked(40, 200)

let site: Site
let server: Server
before(async () => {
  site = await openSite()
  server = await site.start({ env: { KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0' } })
})
after(() => site?.close())

test(`${MANY} jobs at once are all completed, each with its own picture`, async () => {
  const { create, ended, bytes } = imageJobs(server)
  const numbers = Array.from({ length: MANY }, (_, number) => number)
  const created = await Promise.all(
    numbers.map(seed => create({ prompt: 'a meadow', parameters: { width: 128, height: 128, seed } })),
  )
  const jobs: ImageJob[] = []
  // One after the other: so many who ask without a pause would be all that there is to do.
  for (const { id } of created) jobs.push(await ended(id))
  assert.equal(new Set(jobs.map(({ id }) => id)).size, MANY)
  assert.deepEqual([...new Set(jobs.map(({ status }) => status))], ['completed'])
  assert.deepEqual(
    jobs.filter(({ progress, retry_count: retries }) => progress !== 100 || retries !== 0),
    [],
  )
  const digests = new Set<string>()
  for (const { media } of jobs) digests.add(digestOf(await bytes(media?.[0]?.url ?? '')))
  assert.equal(digests.size, MANY, 'another seed is another picture')
  // A moment after the last byte of an answer.
  await until(async () => (await site.leftovers()).length === 0)
})

test('the same order is the same picture, to the byte; kept private, it does not say what it was asked for', async () => {
  const { create, ended, bytes } = imageJobs(server)
  const order = { prompt: 'a lighthouse in a storm', parameters: { width: 300, height: 200, seed: 5 } }
  const make = async (body: object) => {
    const { media } = await ended((await create(body)).id)
    return await bytes(media?.[0]?.url ?? '')
  }
  const [first, second, secret] = [await make(order), await make(order), await make({ ...order, private: true })]
  assert.equal(digestOf(first), digestOf(second))
  assert.ok(first.includes('lighthouse'))
  assert.ok(!secret.includes('lighthouse'))
  const [told, untold] = await Promise.all([first, secret].map(picture => sharp(picture).raw().toBuffer()))
  assert.deepEqual(told, untold)
})

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
