// delivery-schemas: webhooks that were sent or will be, as zod schemas: they check what is answered, and OpenAPI is made from them.
import { z } from 'zod'
import { DELIVERY_STATUSES, FAILURE_REASONS } from '../../runs/webhooks/delivery.ts'

const time = z.iso.datetime()

export const jobParams = z.object({ id: z.string() })

export const deliveryParams = z.object({ id: z.string(), delivery_id: z.string() })

const attempt = z.object({
  started_at: time,
  duration_ms: z.int().optional().describe('Absent while it is under way'),
  status: z.int().optional().describe('Of the answer, when there was one'),
  reason: z.enum(FAILURE_REASONS).optional().describe('Why there was none'),
})

export const delivery = z
  .object({
    id: z.string().describe('The `webhook-id`, the same in every attempt'),
    event: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    created_at: time,
    next_attempt_at: time.optional().describe('At the earliest; after the deliveries before this one'),
    ended_at: time.optional().describe('When it was delivered or given up'),
    attempts: z.array(attempt),
  })
  .meta({ id: 'Delivery' })

export const webhookSecret = z
  .object({
    secret: z.string().describe('`whsec_` and base64, as the Standard Webhooks libraries take it'),
    created_at: time,
  })
  .meta({ id: 'WebhookSecret' })
