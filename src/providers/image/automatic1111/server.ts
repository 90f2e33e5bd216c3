// server: which of those that speak as AUTOMATIC1111 does it is, and how it tells whose picture it is at.
import { z } from 'zod'
import type { Vendor } from '../../vendor.ts'

/**
 * `task`: AUTOMATIC1111 and Forge know an order by the name that it was given. `marker`: SD.Next passes over that name,
 * and gives jobs ids of its own, several to a picture; `wasIdle` says whether it was at nothing before the order.
 */
export type Server = { readonly knowsBy: 'task' } | { readonly knowsBy: 'marker'; readonly wasIdle: boolean }

export const serverNotes = z.union([
  z.looseObject({ knowsBy: z.literal('task') }),
  z.looseObject({ knowsBy: z.literal('marker'), wasIdle: z.boolean() }),
])

const LOOK_MS = 5_000

// ResProgress in SD.Next's modules/api/models.py; AUTOMATIC1111 has `current_task` and no `id`.
const sdNextSaid = z
  .looseObject({ id: z.union([z.string(), z.number()]).nullable(), progress: z.number().min(0).max(1) })
  .refine(said => !('current_task' in said))
  .transform(({ id, progress }) => ({ isIdle: (id === null || id === '' || id === 0) && progress === 0, progress }))

/** What SD.Next is at; undefined for all other servers. Throws what `Vendor.json` throws. */
export async function lookAtSdNext(vendor: Vendor, signal: AbortSignal) {
  const path = '/sdapi/v1/progress?skip_current_image=true'
  return sdNextSaid.safeParse(await vendor.json({ path, timeoutMs: LOOK_MS, signal })).data
}

/** Asked before an order, when `underWay` of ours are. A server that does not answer is taken for one that knows names. */
export async function recognise(vendor: Vendor, underWay: number, signal: AbortSignal): Promise<Server> {
  const seen = await lookAtSdNext(vendor, signal).catch(() => signal.throwIfAborted())
  return seen ? { knowsBy: 'marker', wasIdle: seen.isIdle && underWay === 0 } : { knowsBy: 'task' }
}

/**
 * The setting that carries an order's marker. An order may override settings while it runs, and everybody may read them
 * (process_images in modules/processing.py); this one names files, and orders from here save none.
 */
export const MARKER_SETTING = 'samples_filename_pattern'

const options = z.looseObject({ [MARKER_SETTING]: z.string() })

/** Whether the order with this marker runs; undefined where the server does not tell its settings. */
export async function hasMarker(vendor: Vendor, marker: string, signal: AbortSignal): Promise<boolean | undefined> {
  const asked = { path: '/sdapi/v1/options', timeoutMs: LOOK_MS, signal } as const
  const { data } = options.safeParse(await vendor.json(asked).catch(() => signal.throwIfAborted()))
  return data && data[MARKER_SETTING] === marker
}
