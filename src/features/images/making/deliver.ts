// deliver: pictures that are made become files that are proved: fetched, decoded, and fetched once more where what came was no picture.
import { AppError } from '../../../lib/errors.ts'
import { newId } from '../../../lib/ids.ts'
import type { Generated, ImageOrder, Picture } from '../../../providers/image/contract.ts'
import { pauseFor } from '../../../providers/vendor.ts'
import type { StepContext } from '../../../runs/steps/contract.ts'
import { type Decoded, decodePicture } from './decode.ts'
import { fetchPicture } from './fetch.ts'
import type { ImageMeans, Maker } from './means.ts'
import { withPatience } from './patience.ts'
import { asStill } from './still.ts'
import { together } from './together.ts'

type Made = { readonly maker: Maker; readonly generated: Generated; readonly order: ImageOrder }

/** In the vendor's order. Throws `unavailable` for what may be had later, and `provider_unreadable`. */
export async function deliverPictures(means: ImageMeans, context: StepContext, made: Made): Promise<Decoded[]> {
  const { pictures } = made.generated
  return await withPatience(means.maxMs, made.maker.provider.name, context.signal, async signal =>
    together(pictures, signal, async (picture, each, index) =>
      deliver(means, { ...context, signal: each }, made, picture, index + 1),
    ),
  )
}

// A page that says "not yet" or "too many" comes with a good status now and then, and a picture may break off.
const PAUSES_MS = [1000, 3000] as const

async function deliver(
  means: ImageMeans,
  context: StepContext,
  { maker, order }: Made,
  picture: Picture,
  number: number,
): Promise<Decoded> {
  const { workspace, signal } = context
  const where = { fetcher: means.fetcher, workspace, name: maker.provider.name, signal }
  const pauses = 'url' in picture ? PAUSES_MS : []
  for (const pauseMs of [...pauses, undefined]) {
    try {
      const delivered = await asStill(await fetchPicture(where, picture, number, newId(`delivered-${number}`)))
      return await decodePicture(means, context, { maker, picture: delivered, order })
    } catch (thrown) {
      signal.throwIfAborted()
      const isSpoilt = thrown instanceof AppError && thrown.code === 'provider_unreadable'
      if (!isSpoilt || pauseMs === undefined) throw thrown
      await pauseFor(pauseMs, signal)
    }
  }
  throw new TypeError('the last try ends it')
}
