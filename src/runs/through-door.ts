// through-door: runs as one door sees them: the ids of others name nothing there, also for those who see all.
import type { Runs, Viewer } from './run.ts'
import type { Webhooks } from './webhooks/delivery.ts'

export function runsThroughDoor(door: string, runs: Runs): Runs {
  const looking = (viewer: Viewer) => ({ ...viewer, door })
  return {
    ...runs,
    get: (id, viewer) => runs.get(id, looking(viewer)),
    cancel: (id, viewer) => runs.cancel(id, looking(viewer)),
    retry: (id, viewer) => runs.retry(id, looking(viewer)),
    ended: (id, viewer, signal) => runs.ended(id, looking(viewer), signal),
    events: (id, viewer, afterSeq, signal) => runs.events(id, looking(viewer), afterSeq, signal),
  }
}

export function webhooksThroughDoor(door: string, webhooks: Webhooks): Webhooks {
  const looking = (viewer: Viewer) => ({ ...viewer, door })
  return {
    ...webhooks,
    deliveries: (runId, viewer) => webhooks.deliveries(runId, looking(viewer)),
    redeliver: (runId, deliveryId, viewer) => webhooks.redeliver(runId, deliveryId, looking(viewer)),
  }
}
