// prediction: what Replicate tells of a piece of work, and what that means for whoever ordered pictures.
import { parseProgressFromLogs } from 'replicate'
import { z } from 'zod'
import type { Vendor } from '../../vendor.ts'
import type { Generated, ImageOrder } from '../contract.ts'
import { findPictures, shapeOf } from '../found.ts'
import { surplusWarnings } from '../surplus.ts'

// Loose, as with all vendors: only what is read here must be as documented.
export const prediction = z.looseObject({
  // It becomes a part of paths.
  id: z.string().regex(/^[\w-]{1,100}$/),
  status: z.string(),
  model: z.string().nullish(),
  version: z.string().nullish(),
  input: z.record(z.string(), z.unknown()).nullish(),
  output: z.unknown(),
  error: z.unknown(),
  logs: z.string().nullish(),
  created_at: z.string().nullish(),
  webhook: z.string().nullish(),
})
export type Prediction = z.infer<typeof prediction>

/** `starting`, `processing`, and whatever they may add: none of these. */
export function hasEnded({ status }: Prediction): boolean {
  return status === 'succeeded' || hasFailed({ status })
}

/** Aborted: its deadline had passed before it began. */
export function hasFailed({ status }: Pick<Prediction, 'status'>): boolean {
  return ['failed', 'canceled', 'aborted'].includes(status)
}

/** 0 to 1, where the model prints how far it is (tqdm); undefined where it does not. */
export function progressOf({ logs }: Prediction): number | undefined {
  // tqdm writes each of its lines over the last one.
  const found = parseProgressFromLogs((logs ?? '').replaceAll('\r', '\n'))
  return found ? Math.min(1, found.percentage) : undefined
}

/** Of a prediction that has ended. Throws `provider_refused`, `provider_failed` and `provider_unreadable`. */
export function readPictures(ended: Prediction, order: ImageOrder, error: Vendor['error']): Generated {
  if (ended.status !== 'succeeded') throw failure(ended, error)
  const pictures = findPictures(ended.output)
  if (pictures.length === 0)
    throw error('provider_unreadable', `the prediction succeeded, and there is no picture in ${shapeOf(ended.output)}`)
  const seed = seedOf(ended)
  return {
    pictures,
    keptBy: 'vendor',
    ...(seed !== undefined && seed !== order.seed && { seed }),
    warnings:
      pictures.length < order.count
        ? [`Replicate made ${pictures.length} of ${order.count} pictures`]
        : surplusWarnings('Replicate', pictures.length, order.count),
  }
}

// As their models say it: "NSFW content detected", "… was flagged as sensitive … (E005)".
const UNSAFE = /\bnsfw\b|flagged|sensitive|content moderation|content policy|\bE005\b/i

function failure({ status, error: said }: Prediction, error: Vendor['error']): Error {
  const words = typeof said === 'string' && said !== '' ? said : undefined
  // By somebody who may: made again, it would have to be cancelled again.
  if (status === 'canceled') return error('provider_refused', words ?? 'the prediction was canceled at Replicate')
  if (status === 'aborted') return error('provider_failed', words ?? 'the prediction was aborted before it began')
  const code = UNSAFE.test(words ?? '') ? 'provider_refused' : 'provider_failed'
  return error(code, words ?? 'the prediction failed, and does not say why')
}

// Printed by the models that take one.
function seedOf({ logs }: Prediction): number | undefined {
  const written = /^Using seed: (\d{1,10})\s*$/m.exec(logs ?? '')?.[1]
  return written === undefined ? undefined : Number(written)
}
