// work: what is asked of the makers of motion photos, as the steps of a run: their parameters, and what comes out.
import { z } from 'zod'
import type { NewStep } from '../../runs/steps/contract.ts'

// An artifact, by the digest of its bytes.
const artifact = z.string().regex(/^[0-9a-f]{64}$/)
const micros = z.int().min(0)

export const prepareParams = z.strictObject({ source: artifact })

export const LAYOUTS = ['google', 'samsung'] as const
export const FORMATS = ['motion_photo', 'mp4', 'gif', 'webp'] as const

export const convertParams = z.strictObject({
  source: artifact,
  /** [start, end) on the source's own clock. */
  startUs: micros,
  endUs: micros,
  /** Shown by the still: the frame that is on the screen at this time. */
  coverUs: micros,
  /** 2 is twice as fast. */
  speed: z.number().min(0.1).max(10),
  layout: z.enum(LAYOUTS),
  format: z.enum(FORMATS),
  /** A picture to show in place of a frame. */
  cover: artifact.optional(),
  /** Without sound, or as it is. */
  sound: z.enum(['kept', 'muted']),
  /** The longer side of still and clip is at most this. */
  maxSidePx: z.int().min(64).max(16_384).optional(),
})

export const thumbnailParams = z.strictObject({ source: artifact, atUs: micros })

export type PrepareParams = z.infer<typeof prepareParams>
export type ConvertParams = z.infer<typeof convertParams>
export type ThumbnailParams = z.infer<typeof thumbnailParams>

// Somebody waits for each of these: they have a queue of their own, so that no long encode is ahead of them.
const SHORT = { queue: 'interactive', needs: [], weight: 100 } as const

/** The run's output `preview`: an MP4 that browsers play; its duration is the source's. */
export function prepareSteps(params: PrepareParams): NewStep[] {
  return [{ ...SHORT, name: 'prepare', kind: 'motion.prepare', params }]
}

/** The run's output `photo`: the photo, or the bare clip in the format that was asked for. */
export function convertSteps(params: ConvertParams): NewStep[] {
  return [{ ...SHORT, name: 'convert', kind: 'motion.convert', params }]
}

/** The run's output `thumbnail`: a small JPEG. */
export function thumbnailSteps(params: ThumbnailParams): NewStep[] {
  return [{ ...SHORT, name: 'thumbnail', kind: 'motion.thumbnail', params }]
}
