// teller: what a webhook says of a job: the very job that GET answers, as it was when the event happened.
import type { Run, RunEvent } from '../../runs/run.ts'
import { toJobEventName } from '../../web/webhooks/routes.ts'
import { toJob } from './pipelines.ts'

/** The body that the Standard Webhooks specification proposes: `{type, timestamp, data}`. */
export function tellJob(run: Run, { type, createdAt }: RunEvent): { readonly body: unknown } {
  return { body: { type: toJobEventName(type), timestamp: createdAt.toISOString(), data: toJob(run) } }
}
