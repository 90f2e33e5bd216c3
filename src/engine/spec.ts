// spec: the shapes of a spec as a client writes it, item by item, before its parts are held against each other.
import { z } from 'zod'

// Ids become Map keys, labels and step names; a closed alphabet keeps them from meaning anything else.
const id = z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, ".", "_" or "-"')
const location = z.string().min(1, 'must not be empty').max(2048)

export const specShape = z.strictObject({
  inputs: z.array(z.unknown()).min(1, 'must name at least one source').max(32, 'at most 32 inputs'),
  operations: z.array(z.unknown()).max(128, 'at most 128 operations').default([]),
  outputs: z.array(z.unknown()).min(1, 'must name at least one output').max(32, 'at most 32 outputs'),
})

export const inputShape = z.strictObject({
  id: id.describe('How operations and outputs name this source'),
  source: location.describe('Where it is: a name in /uploads or /output, or file:///mount/path'),
  interlaced: z
    .literal('keep')
    .optional()
    .describe('Leaves the fields of interlaced pictures as they are; when left out, what is encoded is deinterlaced'),
})

export const operationShape = z.strictObject({
  op: z.string().max(64).describe('The operation, one of GET /api/v1/operations'),
  input: id.optional().describe('The id it works on'),
  inputs: z.array(id).max(32).optional().describe('The ids it works on, for operations that take several'),
  output: id.describe('The id of what comes out'),
  params: z.unknown().optional().describe("The operation's own parameters"),
})

const BITRATE = 'must be bits per second: 128000, "128k" or "2.5M"'

const bitrate = z
  .union([z.number(), z.string().regex(/^\d{1,9}(\.\d{1,3})?[kKmM]?$/, BITRATE)], { error: BITRATE })
  .transform(value => Math.round(typeof value === 'number' ? value : Number.parseFloat(value) * multiplier(value)))
  .refine(value => value >= 1000 && value <= 400_000_000, 'must be from 1k to 400M')

export const videoCodecShape = z
  .strictObject({
    codec: z
      .string()
      .max(32)
      .optional()
      .describe('An encoder (libx264, libx265, libvpx-vp9 …), its short name (h264), or copy'),
    preset: z.string().max(32).optional().describe('Speed against size, in the words of the encoder'),
    crf: z.number().optional().describe('Constant quality, smaller is better'),
    bitrate: bitrate.optional().describe('Average bits per second, instead of crf'),
  })
  .refine(({ crf, bitrate: rate }) => crf === undefined || rate === undefined, {
    path: ['bitrate'],
    message: 'give either crf or bitrate',
  })

export const audioCodecShape = z.strictObject({
  codec: z
    .string()
    .max(32)
    .optional()
    .describe('An encoder (aac, libmp3lame, libopus, flac …), its short name (mp3), or copy'),
  bitrate: bitrate.optional().describe('Bits per second'),
  sample_rate: z.int().min(8000).max(192_000).optional().describe('Samples per second'),
  channels: z.int().min(1).max(8).optional().describe('As many as there are when left out'),
})

export const outputShape = z.strictObject({
  id: id.describe('What to write: the id of an input or of what an operation makes'),
  destination: location.describe(
    'Where to: a name in /output, or file:///mount/path; its ending chooses the container',
  ),
  codec: z
    .strictObject({ video: videoCodecShape.optional(), audio: audioCodecShape.optional() })
    .optional()
    .describe('How to encode; what is left out is decided by the container'),
})

function multiplier(bitrateText: string): number {
  if (/k$/i.test(bitrateText)) return 1000
  return /m$/i.test(bitrateText) ? 1_000_000 : 1
}
