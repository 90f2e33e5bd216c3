// killed: `kill -9` at any point of a job's life, of the server or of ffmpeg: nothing is lost, doubled or left behind.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type Tool, toolsIn, until } from '../fixtures/children.ts'
import type { Job, JobEvent } from '../fixtures/server.ts'
import { addClip, openSite, type Site, SLOW } from '../fixtures/site.ts'
import { assertCompleted } from './ledger.ts'

const SECONDS = 5

let site: Site
let control: Job['outputs']

before(async () => {
  site = await openSite()
  // What comes out when nobody disturbs it.
  const server = await site.start()
  await addClip(site, 'control.mp4', SECONDS)
  const { job_id } = await server.submit(specOf('control'))
  control = (await server.ended(job_id)).outputs
  await site.killAll()
})
afterEach(() => site.killAll())
after(() => site?.close())

const started = (kind: string) => (event: JobEvent) => event.event === 'step.started' && event.data['kind'] === kind

/** Where the server is killed: right after 201, or as soon as an event of the job is heard. */
const POINTS: readonly { readonly name: string; readonly wanted?: (event: JobEvent) => boolean }[] = [
  { name: 'acknowledged' },
  { name: 'fetching', wanted: started('fetch') },
  { name: 'probing', wanted: started('probe') },
  { name: 'planning', wanted: started('plan') },
  { name: 'rendering', wanted: started('render') },
  { name: 'half-encoded', wanted: ({ data }) => Number(data['overall_percent']) >= 50 },
  { name: 'rendered', wanted: ({ event, data }) => event === 'step.completed' && data['kind'] === 'render' },
  { name: 'completed', wanted: ({ event }) => event === 'job.completed' },
]

test('kill -9 of the server, wherever a job is: after a restart it is completed, once, as if nothing had been', async () => {
  let server = await site.start()
  for (const { name, wanted } of POINTS) {
    await addClip(site, `${name}.mp4`, SECONDS)
    const { job_id } = await server.submit(specOf(name))
    if (wanted) await server.heard(job_id, wanted)
    await server.kill()
    server = await site.start()
    const job = await server.ended(job_id)
    await assertCompleted(site, server, job)
    await assertLikeControl(job.outputs, name)
    assert.equal(sum(job, 'failures'), 0, name)
    assert.deepEqual(await site.leftovers(), [], name)
  }
  await server.kill()
  const files = ['control', ...POINTS.map(({ name }) => name)].flatMap(name => [`${name}-out.mp4`, `${name}.mp3`])
  assert.deepEqual(await site.delivered(), files.sort())
})

test('kill -9 of ffmpeg alone costs one failure, and the next attempt succeeds', async () => {
  const server = await site.start()
  await addClip(site, 'shot.mp4', SECONDS)
  const { job_id } = await server.submit(specOf('shot'))
  await server.heard(job_id, started('render'))
  await until(async () => (await encoders()).length > 0)
  for (const { pid } of await encoders()) process.kill(pid, 'SIGKILL')
  const job = await server.ended(job_id)
  await assertCompleted(site, server, job)
  await assertLikeControl(job.outputs, 'shot')
  const [render] = job.steps?.filter(({ kind }) => kind === 'render') ?? []
  assert.deepEqual([render?.attempt, render?.failures, render?.losses], [2, 1, 0])
  assert.deepEqual(await site.leftovers(), [])
})

test('a server that is killed while many jobs come in loses none that it has acknowledged', async () => {
  await addClip(site, 'crowd.mp4', SECONDS)
  let server = await site.start()
  const acknowledged: string[] = []
  const clients = Array.from({ length: 40 }, async (_, index) => {
    const job = await server.submit(specOf('crowd', `crowd-${index}`)).catch(() => undefined)
    if (job) acknowledged.push(job.job_id)
  })
  await until(async () => acknowledged.length >= 5)
  await server.kill()
  await Promise.all(clients)
  assert.ok(acknowledged.length < 40, 'the kill came in the middle')
  server = await site.start()
  const jobs = await Promise.all(acknowledged.map(id => server.ended(id)))
  for (const job of jobs) assert.equal(job.status, 'completed', JSON.stringify(job))
  await server.kill()
  assert.deepEqual(await site.leftovers(), [])
})

function specOf(clip: string, name = clip): unknown {
  return {
    inputs: [{ id: 'source', source: `${clip}.mp4` }],
    operations: [],
    outputs: [
      { id: 'source', destination: `${name}-out.mp4`, ...SLOW },
      { id: 'source', destination: `${name}.mp3` },
    ],
  }
}

// The MP3 is the same to the bit. Of the picture, what is seen counts: x264 with several threads decides now and then
// otherwise, which is a likeness of 0.997. One frame too early or too late is one of 0.9.
async function assertLikeControl([video, sound]: Job['outputs'], name: string): Promise<void> {
  assert.deepEqual([video?.streams, sound?.streams], [control[0]?.streams, control[1]?.streams], name)
  assert.equal(sound?.sha256, control[1]?.sha256, name)
  const likeness = await similarity(join(site.output, 'control-out.mp4'), join(site.output, `${name}-out.mp4`))
  assert.ok(likeness > 0.99, `${name}: ${likeness}`)
}

/** How alike the pictures of two files are, frame by frame: SSIM, from 0 to 1. */
async function similarity(one: string, other: string): Promise<number> {
  const args = ['-nostdin', '-i', one, '-i', other, '-lavfi', '[0:v][1:v]ssim', '-f', 'null', '-']
  const { stderr } = await promisify(execFile)('ffmpeg', args)
  return Number(/SSIM .*All:([\d.]+)/.exec(stderr)?.[1])
}

async function encoders(): Promise<Tool[]> {
  return (await toolsIn(site.directory)).filter(({ name }) => name === 'ffmpeg')
}

function sum({ steps = [] }: Job, count: 'failures' | 'losses'): number {
  return steps.reduce((total, step) => total + step[count], 0)
}
