// events: the facts about a run as events of a job, for whoever watches it.
import { z } from 'zod'
import type { RunEvent } from '../../runs/run.ts'
import type { ServerEvent } from '../../web/events.ts'
import { status, time } from './schemas.ts'

export const EVENT_STREAM =
  'Each event is written as the lines `id: <number>`, `event: <name>` and `data: <JSON>` and an empty line. The schema is ' +
  'that of one event whose lines have been read.'

const TYPES = ['created', 'started', 'progress', 'retrying', 'completed', 'failed', 'cancelled'] as const

export const jobEvent = z
  .object({
    id: z.int().describe('Grows'),
    event: z.enum(TYPES.map(type => `job.${type}` as const)),
    data: z.object({
      job_id: z.uuid(),
      status,
      progress: z.number().describe('0 to 100; never goes back'),
      error_message: z.string().optional().describe('Why it failed, or why it is tried again'),
      created_at: time,
    }),
  })
  .meta({ id: 'ImageJobEvent' })

/** What happens to its steps is nobody's concern but that one is tried again. */
export async function* toJobEvents(jobId: string, events: AsyncIterable<RunEvent>): AsyncGenerator<ServerEvent> {
  let progress = 0
  for await (const { seq: id, type, data, createdAt } of events) {
    const [event, state] = NAMES[type] ?? []
    if (event === undefined) continue
    if (type === 'run.progress') progress = Math.max(progress, Number(data['overall_percent']))
    if (type === 'run.completed') progress = 100
    const { message } = data
    yield {
      ...{ id, event },
      data: {
        ...{ job_id: jobId, status: state, progress },
        ...(message !== undefined && { error_message: message }),
        created_at: createdAt.toISOString(),
      },
    }
  }
}

const NAMES: Readonly<Record<string, readonly [event: `job.${(typeof TYPES)[number]}`, status: string]>> = {
  'run.created': ['job.created', 'pending'],
  'run.started': ['job.started', 'processing'],
  'run.progress': ['job.progress', 'processing'],
  'step.retrying': ['job.retrying', 'processing'],
  'run.completed': ['job.completed', 'completed'],
  'run.failed': ['job.failed', 'failed'],
  'run.cancelled': ['job.cancelled', 'cancelled'],
}
