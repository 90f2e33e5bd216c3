// events: the facts about a run as events of a job, with the document's field names.
import type { RunError, RunEvent } from '../../runs/run.ts'
import type { ServerEvent } from '../../web/events.ts'
import { toJobEventName } from '../../web/webhooks/routes.ts'
import { toError } from './pipelines.ts'

/** `run.progress` becomes `job.progress`; steps keep their own events. Every event of a job says its status. */
export async function* toJobEvents(jobId: string, events: AsyncIterable<RunEvent>): AsyncGenerator<ServerEvent> {
  for await (const { seq, type, data, createdAt } of events) {
    const at = { created_at: createdAt.toISOString() }
    const status = type.startsWith('run.') ? { status: STATUSES[type] ?? 'processing' } : {}
    const told = worded(type, data)
    yield { id: seq, event: toJobEventName(type), data: { job_id: jobId, ...status, ...told, ...at } }
  }
}

// The error of a job is a member of its own; a step's is its event's own members.
function worded(type: string, data: RunEvent['data']): Readonly<Record<string, unknown>> {
  if (type === 'run.failed') return { error: toError(data as RunError) }
  return 'code' in data ? { ...data, ...toError(data as RunError) } : data
}

const STATUSES: Readonly<Record<string, string>> = {
  'run.created': 'pending',
  'run.retried': 'pending',
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
}
