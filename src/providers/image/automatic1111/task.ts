// task: an order on its way, by the name that we have given it: how far it is, and an end to it.
import { z } from 'zod'
import { pauseFor, type Vendor } from '../../vendor.ts'
import type { ImageWork } from '../contract.ts'

const notes = z.looseObject({ task: z.string() })

/** The task that an earlier attempt has noted. */
export function taskIn(found: unknown): string | undefined {
  return notes.safeParse(found).data?.task
}

const BETWEEN_LOOKS_MS = 500
const LOOK_MS = 5_000

/** Tells how far the task is until `done` aborts. A look that fails is no harm: whoever waits for the answer hears why. */
export async function watchTask(vendor: Vendor, task: string, work: ImageWork, done: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([done, work.signal])
  try {
    for (;;) {
      await pauseFor(BETWEEN_LOOKS_MS, signal)
      const seen = await look(vendor, task, signal).catch(() => undefined)
      if (seen?.fraction !== undefined && !signal.aborted) work.progress(seen.fraction)
    }
  } catch {
    // It is over.
  }
}

const STOPPING_MS = 2_000
const BETWEEN_STOPS_MS = 100

/**
 * Interrupts the task if it is the one that runs: the server can only be told to end whatever it is at, which may be
 * somebody else's. One that has not begun is waited for a little; one that stands in the queue cannot be taken out.
 */
export async function stopTask(vendor: Vendor, task: string, how: 'once' | 'until it runs'): Promise<void> {
  const signal = AbortSignal.timeout(STOPPING_MS)
  try {
    for (;;) {
      const { state } = await look(vendor, task, signal)
      if (state === 'runs') return void (await vendor.json({ method: 'POST', path: '/sdapi/v1/interrupt', signal }))
      if (state !== 'not yet' || how === 'once') return
      await pauseFor(BETWEEN_STOPS_MS, signal)
    }
  } catch {
    // It goes on, then: nobody is waiting for it.
  }
}

type Look = { readonly state: 'runs' | 'not yet' | 'ended' | 'unknown'; readonly fraction?: number }

async function look(vendor: Vendor, task: string, signal: AbortSignal): Promise<Look> {
  return (await lookAtTask(vendor, task, signal)) ?? (await lookAtServer(vendor, task, signal))
}

const taskSaid = z.looseObject({
  active: z.boolean(),
  completed: z.boolean(),
  progress: z.number().min(0).max(1).nullish(),
})

// What the server's own page asks (modules/progress.py): it knows tasks by their names. Not there with `--nowebui`.
async function lookAtTask(vendor: Vendor, task: string, signal: AbortSignal): Promise<Look | undefined> {
  const body = { id_task: task, live_preview: false }
  const asked = { method: 'POST', path: '/internal/progress', body, timeoutMs: LOOK_MS, signal } as const
  const { data } = taskSaid.safeParse(await vendor.json(asked).catch(() => signal.throwIfAborted()))
  if (!data) return undefined
  if (data.active) return { state: 'runs', ...(typeof data.progress === 'number' && { fraction: data.progress }) }
  return { state: data.completed ? 'ended' : 'not yet' }
}

const serverSaid = z.looseObject({ progress: z.number().min(0).max(1), current_task: z.string().nullish() })

// Whatever the server is at. Where it does not say whose that is, it is most likely ours, but not to be ended.
async function lookAtServer(vendor: Vendor, task: string, signal: AbortSignal): Promise<Look> {
  const path = '/sdapi/v1/progress?skip_current_image=true'
  const { data } = serverSaid.safeParse(await vendor.json({ path, timeoutMs: LOOK_MS, signal }))
  if (!data) return { state: 'unknown' }
  if (data.current_task && data.current_task !== task) return { state: 'not yet' }
  return { state: data.current_task ? 'runs' : 'unknown', fraction: data.progress }
}
