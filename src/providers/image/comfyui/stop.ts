// stop: an order that nobody wants any more is taken back.
import type { Names } from './answers.ts'
import type { ComfyUi } from './server.ts'

const LONGEST_MS = 5000

/** Never fails: nobody is left who would care. */
export async function stop(comfyUi: ComfyUi, names: Names): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_MS)
  await takeBack(comfyUi, names, signal).catch(() => undefined)
}

// One that waits at the first look may run at the second. Only what runs is interrupted: older servers would otherwise
// interrupt somebody else's.
async function takeBack(comfyUi: ComfyUi, names: Names, signal: AbortSignal): Promise<void> {
  for (let look = 0; look < 3; look++) {
    const found = await comfyUi.find(names, signal)
    if (found?.state === 'running') return await comfyUi.interrupt(found.promptId, signal)
    if (found?.state !== 'waiting') return
    await comfyUi.remove(found.promptId, signal)
  }
}

/** Aborts so long after `signal` does. */
export function lingering(signal: AbortSignal, ms: number): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  signal.addEventListener('abort', () => setTimeout(abort, ms).unref(), { once: true })
  return controller.signal
}
