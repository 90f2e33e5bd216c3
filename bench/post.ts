// post: how many jobs a second ten clients hand to a server with the embedded database, which works on them meanwhile.
import { makeClip } from '../test/fixtures/clips.ts'
import { openSite } from '../test/fixtures/site.ts'
import { percentile } from './figures.ts'

const CLIENTS = 10
const TARGET = { perSecond: 150, p99Ms: 150 }

/** Prints one row: so many jobs, each of them another cut of one small clip. */
export async function benchPost(jobs: number): Promise<void> {
  await using site = await openSite()
  await makeClip(site.uploads, { seconds: 4, size: '160x90' })
  await using server = await site.start()
  for (let job = 0; job < 20; job++) await server.submit(cutOf(job))
  const took: number[] = []
  let next = 0
  const startedAt = performance.now()
  const post = async () => {
    while (next < jobs) {
      const sentAt = performance.now()
      await server.submit(cutOf(++next))
      took.push(performance.now() - sentAt)
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, post))
  const perSecond = (jobs * 1000) / (performance.now() - startedAt)
  const p99Ms = percentile(took, 99)
  const missed = perSecond < TARGET.perSecond || p99Ms > TARGET.p99Ms
  const verdict = missed ? `  not ${TARGET.perSecond} a second within ${TARGET.p99Ms} ms` : ''
  console.log(
    `${jobs} jobs from ${CLIENTS} clients: ${perSecond.toFixed(0)} a second, ` +
      `median ${percentile(took, 50).toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms${verdict}`,
  )
}

function cutOf(job: number): object {
  const params = { start: (job % 997) / 1000, duration: 1 }
  return {
    inputs: [{ id: 'clip', source: 'clip.mp4' }],
    operations: [{ op: 'trim', input: 'clip', output: 'part', params }],
    outputs: [{ id: 'part', destination: `part-${job}.mp4` }],
  }
}
