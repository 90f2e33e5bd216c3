// event-schemas: the events of a job as OpenAPI tells them: what a client gets of each, once its lines are read.
import { z } from 'zod'
import { error, time } from './schemas.ts'

export const EVENT_STREAM =
  'A stream of events, each written as the lines `id: <number>`, `event: <name>` and `data: <JSON>` and an empty line. ' +
  'The schema is that of one event whose lines have been read.'

const told = { job_id: z.string(), created_at: time }
const counts = { failures: z.int(), losses: z.int() }

export const jobEvent = z
  .discriminatedUnion('event', [
    ofJob('job.created', 'pending', {}),
    ofJob('job.started', 'processing', {}),
    ofJob('job.progress', 'processing', { overall_percent: z.number(), current_step: z.string() }),
    ofJob('job.completed', 'completed', {}),
    ofJob('job.failed', 'failed', { error }),
    ofJob('job.cancelled', 'cancelled', {}),
    ofJob('job.retried', 'pending', {}),
    ofStep('step.started', { kind: z.string(), attempt: z.int() }),
    ofStep('step.completed', {
      kind: z.string(),
      made: z.int().optional().describe('Outputs made by a render step'),
      reused: z.int().optional().describe('Outputs of a render step that were there already'),
    }),
    ofStep('step.retrying', { failures: z.int().optional(), losses: z.int().optional(), ...error.shape }),
    ofStep('step.lost', { attempt: z.int(), ...counts }),
    ofStep('step.released', { attempt: z.int(), ...counts }),
    ofStep('step.failed', error.shape),
  ])
  .meta({ id: 'JobEvent' })

function ofJob<Name extends string, More extends z.ZodRawShape>(event: Name, status: string, more: More) {
  return numbered(event, z.object({ ...told, status: z.literal(status), ...more }))
}

function ofStep<Name extends string, More extends z.ZodRawShape>(event: Name, more: More) {
  return numbered(event, z.object({ ...told, step: z.string(), ...more }))
}

function numbered<Name extends string, Data extends z.ZodType>(event: Name, data: Data) {
  return z.object({ id: z.int().describe('Counts from 1 without a gap'), event: z.literal(event), data })
}
