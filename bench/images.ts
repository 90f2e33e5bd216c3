// images: what a picture costs besides its maker's time, and how status answers while two hundred are painted.
import { setTimeout as delay } from 'node:timers/promises'
import { imageJobs } from '../test/fixtures/image-client.ts'
import type { Server } from '../test/fixtures/server.ts'
import { openSite } from '../test/fixtures/site.ts'
import { startOpenAi } from '../test/fixtures/vendors/openai.ts'
import { median } from './figures.ts'

const VENDOR_MS = 50
// What creation to completion may take beyond the vendor's own time.
const TARGET_MS = 250
const MANY = 200
// While all of them are worked on.
const TARGET_P99_MS = 200
const UNLIMITED = { KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0' }
const SIZE = { width: 1024, height: 1024 }

/** Prints two rows: medians of so many pictures, one at a time, and percentiles of all that is asked during the flood. */
export async function benchImages(times: number): Promise<void> {
  await using site = await openSite()
  await using vendor = await startOpenAi()
  vendor.take(VENDOR_MS)
  const openai = { KINORA_OPENAI_URL: vendor.url, KINORA_OPENAI_KEY: vendor.key, KINORA_OPENAI_IMAGE_MODELS: 'local' }
  await using server = await site.start({ env: { ...UNLIMITED, ...openai } })
  await timeOverhead(server, vendor, times)
  await timeFlood(server)
}

async function timeOverhead(server: Server, vendor: { url: string; key: string }, times: number): Promise<void> {
  const theirs: number[] = []
  const ours: number[] = []
  for (let time = 0; time <= times; time++) {
    const pair = [await timeVendor(vendor), await timeJob(server)] as const
    // The first pair warms everything up and does not count.
    if (time === 0) continue
    theirs.push(pair[0])
    ours.push(pair[1])
  }
  const over = median(ours.map((took, index) => took - (theirs[index] ?? 0)))
  const verdict = over <= TARGET_MS ? '' : `  more than ${TARGET_MS} ms`
  console.log(
    `one picture: vendor ${inMs(theirs)}, creation to completed ${inMs(ours)}, between ${over.toFixed(0)} ms${verdict}`,
  )
}

async function timeVendor({ url, key }: { url: string; key: string }): Promise<number> {
  const started = performance.now()
  const reply = await fetch(`${url}/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'local', prompt: 'by hand', n: 1, size: '1024x1024', response_format: 'b64_json' }),
  })
  await reply.arrayBuffer()
  return performance.now() - started
}

async function timeJob(server: Server): Promise<number> {
  const { create, ended } = imageJobs(server)
  const { id } = await create({ prompt: 'by Kinora', parameters: { model: 'local', ...SIZE } })
  const { status, created_at: from, completed_at: to, error_message: why } = await ended(id)
  if (status !== 'completed') throw new Error(`${status}: ${why}`)
  return Date.parse(to ?? '') - Date.parse(from)
}

async function timeFlood(server: Server): Promise<void> {
  const { create, ended, status } = imageJobs(server)
  const started = performance.now()
  const parameters = { model: 'procedural', width: 512, height: 512 }
  const jobs = await Promise.all(
    Array.from({ length: MANY }, (_, seed) => create({ prompt: 'a meadow', parameters: { ...parameters, seed } })),
  )
  const flood = new AbortController()
  const asking = askAll(jobs, status, flood.signal)
  for (const { id } of jobs) if ((await ended(id)).status !== 'completed') throw new Error(`${id} was not completed`)
  const tookMs = performance.now() - started
  flood.abort()
  const answers = (await asking).toSorted((a, b) => a - b)
  const p99 = answers[Math.floor(answers.length * 0.99)] ?? 0
  const verdict = p99 <= TARGET_P99_MS ? '' : `  more than ${TARGET_P99_MS} ms`
  console.log(
    `${MANY} pictures at once: all completed in ${(tookMs / 1000).toFixed(1)} s; ${answers.length} times asked, ` +
      `median ${median(answers).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms${verdict}`,
  )
}

// As often as clients would that ask every five seconds, all of them.
async function askAll(
  jobs: readonly { id: string }[],
  ask: (id: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<number[]> {
  const took: number[] = []
  for (let turn = 0; !signal.aborted; turn++) {
    const started = performance.now()
    await ask(jobs[turn % jobs.length]?.id ?? '')
    took.push(performance.now() - started)
    await delay(5000 / jobs.length)
  }
  return took
}

function inMs(times: readonly number[]): string {
  return `${median(times).toFixed(0)} ms`
}
