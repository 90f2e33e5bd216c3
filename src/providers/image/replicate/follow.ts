// follow: looks after a prediction until it has ended; or until nobody wants it any more, and then stops it.
import { toAppError } from '../../../lib/errors.ts'
import type { ImageWork } from '../contract.ts'
import { persistently } from '../patience.ts'
import type { ReplicateApi } from './client.ts'
import { hasEnded, type Prediction, progressOf } from './prediction.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 3000
const GROWTH = 1.4
// Two to three minutes.
const FAILED_LOOKS = 20
const STOP_MS = 5000

/** The prediction as it ended, from what is known of it now: its state, or only its id. */
export async function follow(
  api: ReplicateApi,
  begun: Prediction | { id: string },
  work: ImageWork,
): Promise<Prediction> {
  try {
    return await look(api, begun, work)
  } catch (thrown) {
    if (isUnwanted(work.signal)) await stop(api, begun.id)
    throw thrown
  }
}

/** Whether the pictures are not wanted any more: for all other reasons the vendor goes on. */
export function isUnwanted({ aborted, reason }: AbortSignal): boolean {
  return aborted && ['cancelled', 'provider_timeout'].includes(toAppError(reason).code)
}

/** Does not throw: whether they hear it or not, we have stopped. */
export async function stop(api: ReplicateApi, id: string): Promise<void> {
  await api.cancel(id, AbortSignal.timeout(STOP_MS)).catch(() => undefined)
}

async function look(api: ReplicateApi, begun: Prediction | { id: string }, work: ImageWork): Promise<Prediction> {
  const again = () => persistently(FAILED_LOOKS, work, async () => await api.get(begun.id, work.signal))
  let now = 'status' in begun ? begun : await again()
  for (let pauseMs = FIRST_PAUSE_MS; !hasEnded(now); pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * GROWTH)) {
    const progress = progressOf(now)
    if (progress !== undefined) work.progress(progress)
    await work.pause(Math.round(pauseMs), begun.id)
    now = await again()
  }
  return now
}
