// access-schemas: keys, and what an admin is told, as zod schemas: they check both ways, and OpenAPI is made from them.
import { z } from 'zod'
import { ROLES, userId } from '../../access/principal.ts'
import { RUN_STATUSES } from '../../runs/run.ts'
import { pageQuery } from '../../web/paging.ts'
import { time } from './schemas.ts'

/** Shown to people at a terminal, which obeys some characters that are not printed. */
export const keyName = z.string().regex(/^\P{C}{1,100}$/u, 'must be 1 to 100 characters of printable text')

export const newKey = z
  .strictObject({
    name: keyName.describe('What it is for'),
    expires_at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe('When it ends; without, never, or with the key that makes it'),
    expires_in_days: z.int().min(1).max(3650).optional().describe('The same, counted from now'),
    role: z.enum(ROLES).default('user').describe('`admin` only from an admin'),
    user_id: userId.optional().describe("Somebody else's only from an admin"),
  })
  .meta({ id: 'NewKey' })

export const keyParams = z.object({ id: z.string() })

export const keyQuery = z.strictObject({
  user_id: userId.optional().describe("Only this user's; an admin sees everybody's without it"),
  ...pageQuery,
})

export const key = z
  .object({
    id: z.string(),
    key: z.string().describe('Whole in the answer that made it; ever after its first 15 characters and "..."'),
    name: z.string(),
    user_id: z.string(),
    role: z.enum(ROLES),
    revoked: z.boolean(),
    created_at: time,
    expires_at: time.optional(),
    revoked_at: time.optional(),
    last_used_at: time.optional().describe('To the minute'),
  })
  .meta({ id: 'ApiKey' })

const count = z.int().min(0)

export const stats = z
  .object({
    version: z.string(),
    uptime_seconds: z.number().describe('Of the process that answers'),
    database: z.string(),
    ffmpeg: z.string().describe('Its version'),
    sandbox: z.string(),
    jobs: z.object(Object.fromEntries(RUN_STATUSES.map(status => [status, count]))).describe('How many in each state'),
    queues: z.record(z.string(), count).describe('How many steps wait in each'),
    artifacts: z.object({ count, bytes: count }),
    users: count,
    api_keys: count.describe('Those that would be let in'),
  })
  .meta({ id: 'Stats' })
