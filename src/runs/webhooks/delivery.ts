// delivery: an event that is to be told over HTTP, and every attempt at it, as doors see them.
import type { Run, RunEvent, Viewer } from '../run.ts'

export const DELIVERY_STATUSES = ['pending', 'delivered', 'given_up'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/**
 * Why an attempt has no answer. Coarse on purpose, or receivers could be used to map a network: `refused` (the address
 * is unknown or may not be called), `no_answer`, `interrupted` (the sender stopped), `internal`.
 */
export const FAILURE_REASONS = ['refused', 'no_answer', 'interrupted', 'internal'] as const
export type FailureReason = (typeof FAILURE_REASONS)[number]

export type Delivery = {
  /** The same in every attempt. */
  readonly id: string
  /** Of the event: `run.completed`. */
  readonly type: string
  readonly status: DeliveryStatus
  readonly createdAt: Date
  /** When it was delivered or given up. */
  readonly endedAt?: Date
  /** The earliest time of the next attempt; only while it is pending. */
  readonly nextAt?: Date
  readonly attempts: readonly DeliveryAttempt[]
}

export type DeliveryAttempt = {
  readonly startedAt: Date
  /** Absent while it is under way. */
  readonly durationMs?: number
  /** HTTP status of the answer. */
  readonly status?: number
  readonly reason?: FailureReason
}

export type WebhookSecret = { readonly secret: string; readonly createdAt: Date }

/**
 * How a door words an event: `run` is as it was then. The same arguments must give the same body; undefined where the
 * door has nothing to say of such an event.
 */
export type Teller = (run: Run, event: RunEvent) => { readonly body: unknown } | undefined

export interface Webhooks {
  /** The URL in its canonical spelling. Throws `location_refused` for what may not be called. */
  check(url: string): string
  /** Oldest first. Throws `run_not_found`. */
  deliveries(runId: string, viewer: Viewer): Promise<readonly Delivery[]>
  /** Sends it once more, whatever became of it. Throws `run_not_found`, `delivery_not_found`. */
  redeliver(runId: string, deliveryId: string, viewer: Viewer): Promise<Delivery>
  /** What signs an owner's webhooks; made when it is first asked for. */
  secret(owner: string): Promise<WebhookSecret>
  /** A new one; the former signs beside it for a day. */
  rotateSecret(owner: string): Promise<WebhookSecret>
}
