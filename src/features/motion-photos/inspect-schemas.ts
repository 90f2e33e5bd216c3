// inspect-schemas: what `/inspect` and `/extract` take and answer.
import { z } from 'zod'
import { KINDS } from './inspection.ts'
import { VENDORS } from './readers/vendor.ts'

export const binary = z.string().meta({ format: 'binary' })

/** For the description only: forms are read field by field. */
export const photoForm = z.object({ file: binary.describe('A JPEG, HEIC or AVIF') }).meta({ id: 'PhotoForm' })

export const extractQuery = z.strictObject({ part: z.enum(['still', 'clip']).describe('The picture, or the video') })

const problem = z.object({
  level: z.enum(['error', 'warning']).describe('Of an error this kind of software gives up; a warning it passes over'),
  message: z.string(),
})

const verdict = z
  .object({
    works: z.boolean().describe('Software of this kind plays the video'),
    found: z.boolean().describe('It finds a video where the file says that there is one'),
    problems: z.array(problem),
  })
  .meta({ id: 'ReaderVerdict' })

export const inspection = z
  .object({
    kind: z.enum(KINDS).describe('How the video is declared; `appended_video`: not at all; `still`: there is none'),
    is_motion_photo: z.boolean(),
    vendor: z.enum(VENDORS).optional().describe('Whose camera has written it, where that shows'),
    file: z.object({
      name: z.string(),
      size: z.int().describe('Bytes'),
      mime: z.enum(['image/jpeg', 'image/heic', 'image/avif']),
      width: z.int().optional().describe('Pixels as stored'),
      height: z.int().optional(),
    }),
    video: z
      .object({
        offset: z.int().describe('From the beginning of the file'),
        length: z.int().describe('Bytes'),
        duration: z.number().optional().describe('Seconds'),
        width: z.int().optional(),
        height: z.int().optional(),
        codecs: z.array(z.string()).describe('Of the picture and of the sound, as ffprobe names them'),
        error: z.string().optional().describe('Why it cannot be opened'),
      })
      .optional(),
    timestamp_us: z.int().optional().describe('Of the frame that the still shows, in the video'),
    readers: z
      .object({
        google: verdict.describe('By the lengths in the Directory (Motion Photo 1.0)'),
        media3: verdict.describe("Android's player library: literal prefixes, attributes only; HEIC by its box"),
        microvideo: verdict.describe('The older format, by MicroVideoOffset from the end'),
        samsung: verdict.describe("By the trailer of Samsung's cameras"),
        heic: verdict.describe('By the mpvd box of HEIC and AVIF files'),
        brute: verdict.describe('By looking for the beginning of a video, as a last resort'),
      })
      .describe('What each kind of software makes of it, and why'),
    name_ok: z.boolean().describe("The name matches the format's pattern"),
    advice: z.array(z.string()),
  })
  .meta({ id: 'Inspection' })
