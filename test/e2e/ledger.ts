// ledger: what must be true of every job that has been completed, whatever happened on the way.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Job, JobEvent, Server } from '../fixtures/server.ts'
import type { Site } from '../fixtures/site.ts'

/** Completed once, told without a gap, and each of its destinations has the very bytes that the job says. */
export async function assertCompleted(site: Site, server: Server, job: Job): Promise<readonly JobEvent[]> {
  assert.equal(job.status, 'completed', JSON.stringify(job))
  assert.equal(job.progress.overall_percent, 100)
  for (const { name, status } of job.steps ?? []) assert.equal(status, 'succeeded', name)
  for (const { destination, sha256 } of job.outputs) assert.equal(await digestOf(site, destination), sha256)
  const events = await Array.fromAsync(server.follow(job.job_id))
  assertStory(events)
  return events
}

/** Numbers without a gap, one beginning, one end, and progress that never goes back. */
export function assertStory(events: readonly JobEvent[]): void {
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map((_, index) => index + 1),
  )
  const ends = events.filter(({ event }) => /^job\.(completed|failed|cancelled)$/.test(event))
  assert.equal(events[0]?.event, 'job.created')
  assert.deepEqual(ends, events.slice(-1))
  const percents = events
    .filter(({ event }) => event === 'job.progress')
    .map(({ data }) => Number(data['overall_percent']))
  assert.deepEqual(
    percents,
    [...percents].sort((a, b) => a - b),
  )
}

async function digestOf(site: Site, destination: string): Promise<string> {
  const file = join(site.output, destination.replace('file:///output/', ''))
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}
