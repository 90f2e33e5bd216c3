// events: the facts about a run as events of a job, with the document's field names.
import type { RunEvent } from '../../runs/run.ts'
import type { ServerEvent } from '../../web/events.ts'
import { toPercent } from './pipelines.ts'

/** `run.progress` becomes `job.progress`; steps keep their own events. */
export async function* toJobEvents(jobId: string, events: AsyncIterable<RunEvent>): AsyncGenerator<ServerEvent> {
  for await (const { seq, type, data, createdAt } of events) {
    const event = type.replace(/^run\./, 'job.')
    yield { id: seq, event, data: { job_id: jobId, ...toFields(data), created_at: createdAt.toISOString() } }
  }
}

function toFields(data: RunEvent['data']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(data).map(([name, value]) => toField(name, value)))
}

function toField(name: string, value: unknown): [string, unknown] {
  if (name === 'progress' && typeof value === 'number') return ['overall_percent', toPercent(value)]
  return [name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), value]
}
