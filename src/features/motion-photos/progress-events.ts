// progress-events: the facts about a run, as the per cents that somebody waits for and the end.
import { z } from 'zod'
import type { RunEvent } from '../../runs/run.ts'
import type { ServerEvent } from '../../web/events.ts'

export const EVENT_STREAM =
  'A stream of events, each written as the lines `id: <number>`, `event: <name>` and `data: <JSON>` and an empty line; ' +
  'lines that begin with a colon say nothing. The schema is that of one event whose lines have been read.'

const percent = z.number().min(0).max(100).describe('Never goes back')

export const progressEvent = z
  .discriminatedUnion('event', [
    z.object({
      id: z.int(),
      event: z.literal('progress'),
      data: z.object({ percent, status: z.enum(['pending', 'processing']) }),
    }),
    z.object({
      id: z.int(),
      event: z.literal('end'),
      data: z.object({ percent, status: z.enum(['completed', 'failed', 'cancelled']) }),
    }),
  ])
  .meta({ id: 'ProgressEvent' })

/** Every per cent, and one `end`, which is the last. */
export async function* toProgressEvents(events: AsyncIterable<RunEvent>): AsyncGenerator<ServerEvent> {
  let reached = 0
  let end: ServerEvent | undefined
  for await (const { seq: id, type, data } of events) {
    const status = STATUSES[type]
    if (status === undefined) continue
    if (type === 'run.progress') reached = Math.max(reached, Number(data['overall_percent']))
    const isEnd = status !== 'pending' && status !== 'processing'
    const told = { percent: type === 'run.completed' ? 100 : reached, status }
    // What is tried again after it had ended has not ended: that is known when nothing more comes.
    end = isEnd ? { id, event: 'end', data: told } : undefined
    if (!isEnd) yield { id, event: 'progress', data: told }
  }
  if (end) yield end
}

const STATUSES: Readonly<Record<string, string>> = {
  'run.created': 'pending',
  'run.retried': 'pending',
  'run.started': 'processing',
  'run.progress': 'processing',
  'run.completed': 'completed',
  'run.failed': 'failed',
  'run.cancelled': 'cancelled',
}
