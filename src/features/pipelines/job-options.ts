// job-options: what a caller may say about a job besides its spec.
import { z } from 'zod'

const METADATA_MAX_BYTES = 16 * 1024

/** Members of the body beside `spec`; the job shows them again under the same names. */
export const jobOptions = {
  priority: z
    .int()
    .min(-10)
    .max(10)
    .optional()
    .describe("Jobs of a higher one go before the same owner's others; 0 when nothing is said"),
  metadata: z
    .record(z.string(), z.unknown(), 'must be an object')
    .refine(
      metadata => Buffer.byteLength(JSON.stringify(metadata)) <= METADATA_MAX_BYTES,
      'must have at most 16 KiB as JSON',
    )
    .optional()
    .describe('Notes of your own, at most 16 KiB as JSON'),
  webhook_url: z
    .string()
    .optional()
    .describe('Told when the job starts, completes, fails or is cancelled, signed after Standard Webhooks'),
}
