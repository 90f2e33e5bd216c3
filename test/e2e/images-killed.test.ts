// images-killed: `kill -9` again and again while a slow vendor makes pictures: every job ends, and none is paid for twice.
import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../fixtures/children.ts'
import { imageJobs } from '../fixtures/image-client.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { soaked } from '../fixtures/soak.ts'
import { type FakeReplicate, startReplicate } from '../fixtures/vendors/replicate.ts'

const KILLS = soaked(3, 10)
const TAKES_MS = 1000

let site: Site
let vendor: FakeReplicate
before(async () => {
  site = await openSite()
  vendor = await startReplicate()
  vendor.take(TAKES_MS)
})
afterEach(() => site.killAll())
after(async () => {
  await site?.close()
  await vendor?.[Symbol.asyncDispose]()
})

test(`${KILLS} times killed, wherever it is: every job ends, and each picture is paid for once`, async () => {
  const ids: string[] = []
  let server = await start()
  for (let kill = 0; kill < KILLS; kill++) {
    const { create } = imageJobs(server)
    ids.push((await create({ prompt: `picture ${kill}`, parameters: { aspect_ratio: '3:2' } })).id)
    // Anywhere between the first byte to the vendor and the last one from it.
    await delay(Math.random() * 1.2 * TAKES_MS)
    await server.kill()
    server = await start()
  }
  const { ended, bytes } = imageJobs(server)
  const jobs = await Promise.all(ids.map(ended))
  assert.deepEqual(
    jobs.map(({ status, error_message: error }) => [status, error]),
    ids.map(() => ['completed', null]),
  )
  assert.deepEqual(vendor.orders.map(({ prompt }) => prompt).sort(), ids.map((_, kill) => `picture ${kill}`).sort())
  for (const { media } of jobs) assert.ok((await bytes(media?.[0]?.url ?? '')).length > 100)
  assert.deepEqual(vendor.complaints, [])
  // A moment after the last byte of an answer.
  await until(async () => (await site.leftovers()).length === 0)
})

test('a job that is cancelled is stopped where it is paid for', async () => {
  const server = await start()
  const { create, remove, status } = imageJobs(server)
  const { id } = await create({ prompt: 'nobody wants this', parameters: {} })
  await until(async () => vendor.orders.some(({ prompt }) => prompt === 'nobody wants this'))
  await remove(id)
  assert.equal((await status(id)).status, 'cancelled')
  assert.equal(vendor.orders.find(({ prompt }) => prompt === 'nobody wants this')?.cancelled, true)
})

async function start(): Promise<Server> {
  const limits = { KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0' }
  const allowed = { KINORA_FETCH_ALLOW: '127.0.0.1' }
  const replicate = { KINORA_REPLICATE_URL: vendor.url, KINORA_REPLICATE_TOKEN: vendor.key }
  return await site.start({ env: { ...limits, ...allowed, ...replicate } })
}
