// memory: how much a server with the embedded database holds when it has nothing to do, before any job and after some.
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { makeClip } from '../test/fixtures/clips.ts'
import { openSite } from '../test/fixtures/site.ts'

const TARGET_MB = 300
const JOBS = 20

/** Prints two rows, each measured after so many seconds of idleness. */
export async function benchMemory(seconds: number): Promise<void> {
  await using site = await openSite()
  await makeClip(site.uploads, { seconds: 4, size: '160x90' })
  await using server = await site.start()
  await tell('before any job', server.pid, seconds)
  const jobs = await Promise.all(Array.from({ length: JOBS }, (_, job) => server.submit(copyOf(job))))
  for (const { job_id } of jobs) await server.ended(job_id)
  await tell(`after ${JOBS} jobs`, server.pid, seconds)
}

async function tell(when: string, pid: number, seconds: number): Promise<void> {
  await delay(seconds * 1000)
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const [now = 0, peak = 0] = ['VmRSS', 'VmHWM'].map(
    name => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024,
  )
  const verdict = now <= TARGET_MB ? '' : `  more than ${TARGET_MB} MB`
  console.log(`idle for ${seconds} s ${when}: ${now.toFixed(0)} MB, at most ${peak.toFixed(0)} MB${verdict}`)
}

function copyOf(job: number): object {
  return {
    inputs: [{ id: 'clip', source: 'clip.mp4' }],
    operations: [{ op: 'trim', input: 'clip', output: 'part', params: { start: job / 10, duration: 1 } }],
    outputs: [{ id: 'part', destination: `part-${job}.mp4` }],
  }
}
