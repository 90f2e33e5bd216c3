// schemas: the JSON of document 003, as zod schemas: requests are held against them, and OpenAPI is made from them.
import { z } from 'zod'
import { RUN_STATUSES } from '../../runs/run.ts'

export const time = z.iso.datetime().describe('ISO 8601, UTC')
export const status = z.enum(RUN_STATUSES)

/** What a number that may have a fraction complains with; whole numbers complain without words. */
export const FRACTION = 'fraction'

// As lenient as the document's own implementation: numbers may be written as text.
const whole = (least: number, most: number) => z.preprocess(readNumber, z.int().min(least).max(most))
const fraction = (least: number, most: number) =>
  z.preprocess(readNumber, z.number({ error: FRACTION }).min(least).max(most))

/** The largest seed that anybody's tools have. */
const SEED_MAX = 2 ** 32 - 1

export const parameters = z
  .object({
    negative_prompt: z.string().max(4000).nullish().describe('What the picture is not to show'),
    model: z.string().max(256).nullish().describe('One of `GET /api/v1/models`; the usual one without'),
    width: whole(128, 2048).nullish().describe('In pixels'),
    height: whole(128, 2048).nullish().describe('In pixels'),
    aspect_ratio: z
      .string()
      .regex(/^[1-9]\d{0,3}:[1-9]\d{0,3}$/)
      .nullish()
      .describe('`16:9`; width and height count more'),
    num_outputs: whole(1, 4).nullish().describe('How many pictures; 1 without'),
    num_inference_steps: whole(1, 500).nullish(),
    guidance_scale: fraction(0, 50).nullish(),
    seed: whole(0, SEED_MAX).nullish().describe('The same seed makes the same picture, where the model can do that'),
    output_format: z.enum(['png', 'jpg', 'jpeg', 'webp']).nullish().describe('`png` without'),
    output_quality: whole(0, 100).nullish().describe('Of JPEG and WebP; 90 without'),
  })
  .meta({ id: 'ImageParameters' })

export const generate = z
  .object({
    prompt: z.string().min(1).max(4000).describe('What the picture is to show'),
    parameters: parameters.nullish(),
    webhook_url: z
      .string()
      .min(1)
      .max(2083)
      .nullish()
      .describe('Told when the job has ended, signed after Standard Webhooks'),
    metadata: z.record(z.string(), z.unknown()).nullish().describe('Notes of your own, at most 16 KiB as JSON'),
    private: z.boolean().nullish().describe('The pictures do not carry the prompt in them'),
  })
  .meta({ id: 'GenerateRequest' })
export type Generate = z.infer<typeof generate>

const warning = z
  .object({ loc: z.array(z.string()).describe('Which part of the request'), msg: z.string() })
  .meta({ id: 'ImageWarning' })
const warnings = z.array(warning).optional().describe('What is done otherwise than was asked')

export const created = z
  .object({
    id: z.uuid(),
    status,
    created_at: time,
    status_url: z.string().describe('A path on this server'),
    estimated_completion_time: z.int().describe('Seconds, as it has taken here so far'),
    warnings,
  })
  .meta({ id: 'CreatedJob' })

const media = z.object({
  id: z.uuid(),
  url: z.url().describe('The picture; needs no credentials'),
  type: z.literal('image'),
  mime_type: z.string(),
  file_size_bytes: z.int(),
  width: z.int(),
  height: z.int(),
  seed: z.int().describe('The same order with this seed begins with this picture, where the model takes seeds'),
  source: z.string().describe('`run://…`: what a pipeline names to work with it'),
})

export const job = z
  .object({
    id: z.uuid(),
    status,
    prompt: z.string(),
    parameters: z.record(z.string(), z.unknown()).describe('As they were sent'),
    created_at: time,
    updated_at: time,
    started_at: time.nullable(),
    completed_at: time.nullable(),
    duration_seconds: z.number().nullable(),
    retry_count: z.int().describe('How often it was tried again'),
    error_message: z.string().nullable(),
    media: z.array(media).nullable().describe('Null before it has completed; without those that were deleted'),
    progress: z.number().describe('0 to 100; never goes back'),
    model: z.string(),
    provider: z.string(),
    seed: z.int().describe('Of the first picture: the one that was asked for, or chosen'),
    private: z.boolean().optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    webhook_url: z.string().optional(),
    warnings,
  })
  .meta({ id: 'ImageJob' })

const listedMedia = z.object({
  id: z.uuid(),
  url: z.string().describe('A path'),
  type: z.literal('image'),
  width: z.int(),
  height: z.int(),
})

export const listedJob = z
  .object({
    id: z.uuid(),
    status,
    prompt: z.string(),
    created_at: time,
    completed_at: time.nullable(),
    media: z.array(listedMedia).nullable(),
  })
  .meta({ id: 'ListedImageJob' })

// Databases know other years, and write them differently.
const instant = z.iso.datetime({ offset: true }).refine(isInOurEra, { error: 'this must be in the years 1 to 9999' })

export const jobQuery = z.object({
  page: whole(1, 1_000_000).default(1),
  per_page: whole(1, 100).default(20),
  status: status.optional().describe('Only jobs in this state'),
  model: z.string().max(256).optional().describe('Only jobs of this model'),
  created_after: instant.optional().describe('Only jobs that were created then or later'),
  created_before: instant.optional().describe('Only jobs that were created before'),
})

export const jobPage = z
  .object({
    jobs: z.array(listedJob),
    total: z.int(),
    page: z.int(),
    per_page: z.int(),
    has_next: z.boolean(),
    has_prev: z.boolean(),
  })
  .meta({ id: 'ImageJobs' })

/** Whatever is no id of ours is found nowhere. */
export const idParams = z.object({ id: z.string() })

function isInOurEra(written: string): boolean {
  const year = new Date(written).getUTCFullYear()
  // What is no time at all has been found by then.
  return Number.isNaN(year) || (year >= 1 && year <= 9999)
}

function readNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[+-]?\d{1,20}(?:\.\d{1,20})?\s*$/.test(value) ? Number(value) : value
}
