// people: a user in the words of the pipelines door.
import type { z } from 'zod'
import type { User } from '../../access/users.ts'
import type * as schemas from './people-schemas.ts'

export function toUser({ id, email, role, createdAt, disabledAt }: User): z.infer<typeof schemas.user> {
  const created_at = createdAt.toISOString()
  return { id, email, role, created_at, ...(disabledAt && { disabled_at: disabledAt.toISOString() }) }
}
