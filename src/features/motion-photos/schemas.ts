// schemas: the bodies of document 001, in and out; from them come validation and the description.
import { z } from 'zod'
import { ERROR_CODES } from './errors.ts'
import { FORMATS, LAYOUTS } from './work.ts'

const sessionId = z.string().min(1, 'is missing').describe('From /prepare')

// As lenient as the document's own implementation: members that nobody knows are ignored.
export const thumbnailBody = z
  .object({ session_id: sessionId, timestamp: z.number().describe('Seconds on the clip') })
  .meta({ id: 'ThumbnailRequest' })

export const cleanupBody = z.object({ session_id: sessionId }).meta({ id: 'CleanupRequest' })

export const prepared = z
  .object({
    session_id: z.string(),
    preview_url: z.url().describe('An MP4 that browsers play; needs no credentials'),
    duration: z.number().describe('Seconds'),
  })
  .meta({ id: 'Prepared' })

export const health = z
  .object({
    status: z.literal('ok'),
    version: z.string(),
    sandbox: z.string().describe('How media tools are confined'),
  })
  .meta({ id: 'MotionHealth' })

export const cleaned = z.object({ message: z.string() }).meta({ id: 'Cleaned' })

const failure = z
  .object({
    detail: z.string().describe('For people'),
    error_code: z.enum(ERROR_CODES),
    timestamp: z.string().describe('ISO 8601'),
  })
  .meta({ id: 'Failure' })

export const refusals = { '4xx': failure, '5xx': failure }

const seconds = z.number().min(0).describe('Seconds on the clip')
const file = z.string().meta({ format: 'binary' })

/** For the description only: forms are read field by field. */
export const prepareForm = z.object({ file: file.describe('A video or a GIF') }).meta({ id: 'PrepareForm' })

const convertForm = z
  .object({
    session_id: sessionId,
    range_start: seconds,
    range_end: seconds,
    cover_time: seconds.describe('What the still shows; within the range'),
    speed: z.number().min(0.1).max(10),
    layout: z.enum(LAYOUTS).optional().describe('How still and clip are put together; `google` without'),
    format: z.enum(FORMATS).optional().describe('The photo, or only its clip'),
    mute: z.boolean().optional().describe('Without sound'),
    max_size: z
      .int()
      .min(64)
      .max(16_384)
      .optional()
      .describe('The longer side of still and clip is at most this, in pixels'),
  })
  .meta({ id: 'ConvertForm' })

export const convertUpload = convertForm
  .extend({ cover: file.optional().describe('A JPEG, PNG, WebP, HEIC or AVIF picture in place of a frame') })
  .meta({ id: 'ConvertUpload' })
