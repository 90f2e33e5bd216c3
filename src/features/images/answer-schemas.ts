// answer-schemas: what else the images door answers: pictures, models, health and refusals, as zod schemas.
import { z } from 'zod'
import { IMAGE_FORMATS } from '../../providers/image/contract.ts'
import { time } from './schemas.ts'

export const mediaInfo = z
  .object({
    id: z.uuid(),
    type: z.literal('image'),
    storage_path: z.string().describe('What it is called here; no path of any machine'),
    storage_url: z.url().describe('The picture; needs no credentials'),
    file_size_bytes: z.int(),
    mime_type: z.string(),
    file_extension: z.string(),
    width: z.int(),
    height: z.int(),
    created_at: time,
  })
  .meta({ id: 'MediaInfo' })

const size = z.object({ width: z.int(), height: z.int() })
const range = z.object({
  ...{ min: z.number(), max: z.number() },
  default: z.number().optional().describe('What is taken without; absent where the maker decides that'),
})

export const model = z
  .object({
    name: z.string(),
    about: z.string(),
    provider: z.string(),
    kind: z.enum(['trained', 'algorithmic']),
    real: z.boolean().describe('Whether it has learnt from data; what is not is a program that paints'),
    default: z.boolean().describe('Taken when a request names none'),
    sizes: z.discriminatedUnion('kind', [
      z.object({
        ...{ kind: z.literal('free'), min: z.int(), max: z.int(), multiple_of: z.int(), default: size },
        max_ratio: z.number().optional().describe('Of the longer side to the shorter; any without'),
        min_area: z.int().optional().describe('Width times height'),
        max_area: z.int().optional(),
      }),
      z.object({ kind: z.literal('shapes'), shapes: z.array(size.extend({ aspect_ratio: z.string() })) }),
      z.object({ kind: z.literal('list'), sizes: z.array(size) }),
    ]),
    max_outputs: z.int(),
    num_inference_steps: range.optional().describe('Absent where it has no such thing'),
    guidance_scale: range.optional().describe('Absent where it has no such thing'),
    negative_prompt: z.boolean(),
    seed: z.boolean(),
    formats: z.array(z.enum(IMAGE_FORMATS)).describe('Which it makes itself; the others are made from the first'),
    usual_seconds: z.number().describe('What its maker says'),
    expected_seconds: z.number().describe('What it has taken here; the same where nobody has used it yet'),
  })
  .meta({ id: 'ImageModel' })

export const models = z.object({ models: z.array(model), default: z.string() }).meta({ id: 'ImageModels' })

export const health = z
  .object({
    status: z.enum(['healthy', 'unhealthy']),
    version: z.string(),
    environment: z.string(),
    services: z.object({
      database: z.boolean(),
      redis: z.boolean().describe('The shared broker for events and limits, whatever it runs on'),
    }),
    timestamp: time,
  })
  .meta({ id: 'ImageHealth' })

export const probe = z.object({ status: z.string() }).meta({ id: 'ImageProbe' })

const refusal = z.object({ detail: z.string(), request_id: z.string() }).meta({ id: 'ImageRefusal' })

const unprocessable = z
  .object({
    detail: z.array(
      z.object({
        type: z.string().describe('`string_too_short`, `less_equal` …'),
        loc: z.array(z.union([z.string(), z.int()])).describe('Where: `["body", "parameters", "width"]`'),
        msg: z.string(),
        input: z.unknown(),
      }),
    ),
  })
  .meta({ id: 'ImageFaults' })

const failure = z
  .object({ error: z.string(), message: z.string(), request_id: z.string() })
  .meta({ id: 'ImageFailure' })

/** What every route may answer besides. */
export const refusals = {
  422: z.union([unprocessable, refusal]),
  '4xx': refusal,
  500: failure,
  '5xx': refusal,
}
