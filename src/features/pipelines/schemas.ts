// schemas: the document's JSON, as zod schemas: they check what is answered, and OpenAPI is made from them.
import { z } from 'zod'
import { RUN_STATUSES, STEP_STATUSES } from '../../runs/run.ts'
import { pageQuery } from '../../web/paging.ts'
import { jobOptions } from './job-options.ts'

export const time = z.iso.datetime().describe('RFC 3339, UTC')
export const status = z.enum(RUN_STATUSES)

export const fault = z
  .object({ pointer: z.string().describe('Where, as a JSON pointer (RFC 6901)'), message: z.string() })
  .meta({ id: 'Fault' })

export const jobParams = z.object({ id: z.string() })

export const jobQuery = z.strictObject({ status: status.optional().describe('Only jobs in this state'), ...pageQuery })

export const eventQuery = z.strictObject({
  last_event_id: z.string().optional().describe('Resume after this event, for clients that cannot send Last-Event-ID'),
})

export const error = z.object({ code: z.string(), message: z.string(), details: z.array(fault).optional() })

const stream = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('video'),
    codec: z.string(),
    width: z.int(),
    height: z.int(),
    frame_rate: z.string().describe('Frames per second, exact: `30000/1001`'),
  }),
  z.object({ type: z.literal('audio'), codec: z.string(), sample_rate: z.int(), channels: z.int() }),
  z.object({ type: z.literal('subtitle'), codec: z.string() }),
  z.object({ type: z.literal('cover').describe('A picture that belongs to the whole file'), codec: z.string() }),
])

const output = z.object({
  id: z.string(),
  destination: z.string(),
  size: z.int().describe('Bytes'),
  duration: z.number().describe('Seconds'),
  sha256: z.string(),
  streams: z.array(stream),
  cached: z.boolean().describe('An earlier job had made the very same thing'),
})

const step = z.object({
  name: z.string(),
  kind: z.string(),
  status: z.enum(STEP_STATUSES),
  percent: z.number(),
  attempt: z.int(),
  failures: z.int(),
  losses: z.int().describe('How often its worker died'),
  error: error.optional(),
  started_at: time.optional(),
  completed_at: time.optional(),
})

export const job = z
  .object({
    job_id: z.string(),
    status,
    progress: z.object({
      overall_percent: z.number().describe('0 to 100; never goes back'),
      current_step: z.string(),
    }),
    spec: z.unknown().describe('What was sent; the order of its members may be another'),
    ...jobOptions,
    priority: z.int(),
    outputs: z.array(output),
    steps: z.array(step).optional().describe('Left out of listings'),
    warnings: z.array(fault).optional(),
    error: error.optional(),
    created_at: time,
    updated_at: time,
    started_at: time.optional(),
    completed_at: time.optional(),
  })
  .meta({ id: 'Job' })

export const plan = z
  .object({
    steps: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        command: z.array(z.string()).optional().describe('The exact arguments of what would be started'),
        cached: z.boolean().optional().describe('Everything it makes is there already'),
        needs: z.literal('fetch').optional().describe('More can be said once the source has been read'),
      }),
    ),
    warnings: z.array(fault).optional(),
  })
  .meta({ id: 'Plan' })

export const operation = z
  .object({
    name: z.string(),
    description: z.string(),
    inputs: z.object({ min: z.int(), max: z.int() }),
    params: z.record(z.string(), z.unknown()).describe('JSON Schema of the parameters'),
  })
  .meta({ id: 'Operation' })

export const health = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    database: z.string(),
    ffmpeg: z.string().describe('Its version'),
    sandbox: z.string(),
    queues: z.record(z.string(), z.number()).describe('How many steps wait in each'),
    warnings: z.array(z.string()).optional(),
    authenticated_as: z
      .object({ user_id: z.string(), email: z.string().optional(), role: z.string(), method: z.string() })
      .optional()
      .describe('Who calls, when that is known'),
  })
  .meta({ id: 'Health' })

export const failure = z
  .object({
    error: z.string(),
    message: z.string(),
    code: z.int().describe('The HTTP status'),
    details: z.array(fault).optional(),
  })
  .meta({ id: 'Error' })

/** What every route behind `authenticate` may answer besides. */
export const refusals = { 401: failure, '4xx': failure, '5xx': failure }
