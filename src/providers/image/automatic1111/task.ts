// task: an order on its way, by the name that we have given it: how far it is, and an end to it.
import { z } from 'zod'
import { pauseFor, type Vendor } from '../../vendor.ts'
import type { ImageWork } from '../contract.ts'
import { hasMarker, lookAtSdNext, type Server, serverNotes } from './server.ts'

export type Task = { readonly task: string; readonly server: Server }

const notes = z.looseObject({ task: z.string(), server: serverNotes.default({ knowsBy: 'task' }) })

/** The task that an earlier attempt has noted. What the server was at then says nothing of what it is at now. */
export function taskIn(found: unknown): Task | undefined {
  const { task, server } = notes.safeParse(found).data ?? {}
  if (task === undefined || server === undefined) return undefined
  return { task, server: server.knowsBy === 'task' ? server : { ...server, wasIdle: false } }
}

const BETWEEN_LOOKS_MS = 500
const LOOK_MS = 5_000

/** Tells how far the task is until `done` aborts. A look that fails is no harm: whoever waits for the answer hears why. */
export async function watchTask(vendor: Vendor, task: Task, work: ImageWork, done: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([done, work.signal])
  let isBegun = false
  try {
    for (;;) {
      await pauseFor(BETWEEN_LOOKS_MS, signal)
      const seen: Look | undefined = await (isBegun ? lookAgain : look)(vendor, task, signal).catch(() => undefined)
      isBegun ||= seen?.state === 'runs'
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
export async function stopTask(vendor: Vendor, task: Task, how: 'once' | 'until it runs'): Promise<void> {
  const signal = AbortSignal.timeout(STOPPING_MS)
  try {
    for (;;) {
      const { state } = await look(vendor, task, signal)
      // SD.Next answers with 204, and so with no JSON.
      if (state === 'runs') return void (await vendor.bytes({ method: 'POST', path: '/sdapi/v1/interrupt', signal }))
      if (state !== 'not yet' || how === 'once') return
      await pauseFor(BETWEEN_STOPS_MS, signal)
    }
  } catch {
    // It goes on, then: nobody is waiting for it.
  }
}

type Look = { readonly state: 'runs' | 'not yet' | 'ended' | 'unknown'; readonly fraction?: number }

async function look(vendor: Vendor, { task, server }: Task, signal: AbortSignal): Promise<Look> {
  if (server.knowsBy === 'marker') return await lookForMarker(vendor, task, server, signal)
  return (await lookAtTask(vendor, task, signal)) ?? (await lookAtServer(vendor, task, signal))
}

// Whose the job is need not be asked again, which takes all settings: until our answer is there, it stays ours.
async function lookAgain(vendor: Vendor, task: Task, signal: AbortSignal): Promise<Look> {
  if (task.server.knowsBy !== 'marker') return await look(vendor, task, signal)
  const seen = await lookAtSdNext(vendor, signal)
  return seen ? { state: 'runs', fraction: seen.progress } : { state: 'unknown' }
}

type ByMarker = Extract<Server, { knowsBy: 'marker' }>

async function lookForMarker(
  vendor: Vendor,
  marker: string,
  { wasIdle }: ByMarker,
  signal: AbortSignal,
): Promise<Look> {
  const seen = await lookAtSdNext(vendor, signal)
  if (!seen) return { state: 'unknown' }
  // Where settings are not told: a server that was at nothing when it got the order is at that order.
  const isOurs = (await hasMarker(vendor, marker, signal)) ?? (wasIdle && !seen.isIdle)
  return isOurs ? { state: 'runs', fraction: seen.progress } : { state: 'not yet' }
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
