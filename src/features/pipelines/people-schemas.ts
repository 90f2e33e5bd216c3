// people-schemas: users and tokens, as zod schemas: they check both ways, and OpenAPI is made from them.
import { z } from 'zod'
import { ROLES, userId } from '../../access/principal.ts'
import { time } from './schemas.ts'

export const email = z.string().max(254).pipe(z.email('must be an email address'))

export const password = z.string().min(8, 'must have at least 8 characters').max(1024)

export const newUser = z
  .strictObject({
    email,
    role: z.enum(ROLES).default('user'),
    password: password.optional().describe('Without, one is made, and shown once'),
  })
  .meta({ id: 'NewUser' })

export const user = z
  .object({
    id: z.string(),
    email: z.string(),
    role: z.enum(ROLES),
    password: z.string().optional().describe('In the answer that made it'),
    created_at: time,
    disabled_at: time.optional(),
  })
  .meta({ id: 'User' })

export const userParams = z.object({ email: z.string() })

export const newToken = z
  .strictObject({
    user_id: userId,
    email: email.optional(),
    role: z.enum(ROLES).default('user'),
    hours: z.int().min(1).max(8760).optional().describe('How long it is good; without, as long as the server says'),
  })
  .meta({ id: 'NewToken' })

export const token = z.object({ token: z.string(), expires_at: time }).meta({ id: 'Token' })
