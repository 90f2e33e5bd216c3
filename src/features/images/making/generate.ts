// generate: THE STORY of a picture: ordered, fetched, decoded, brought into the format that was asked for, marked and kept.
import { AppError } from '../../../lib/errors.ts'
import type { Generated, ImageOrder } from '../../../providers/image/contract.ts'
import { defineStep, type StepContext } from '../../../runs/steps/contract.ts'
import { usualMs } from '../history.ts'
import { type GenerateParams, generateParams, RETRIES } from '../work.ts'
import type { Decoded } from './decode.ts'
import { deliverPictures } from './deliver.ts'
import { type Finished, finishPicture } from './finish.ts'
import { keepPictures } from './keep.ts'
import { afterMade } from './made.ts'
import type { ImageMeans, Maker } from './means.ts'
import { startPace } from './pace.ts'
import { withPatience } from './patience.ts'
import { warningsOf } from './warnings.ts'

export function generateStep(means: ImageMeans) {
  return defineStep({
    name: 'image.generate',
    retries: RETRIES,
    params: generateParams,

    async run(params, context) {
      const maker = findMaker(means, params.order.model)
      const generated = await order(means, context, params, maker)
      return await afterMade(maker.provider.name, generated, context.signal, async () => {
        const decoded = await deliverPictures(means, context, { maker, generated, order: params.order })
        context.progress(DECODED)
        const finished = await Promise.all(
          decoded.map((picture, index) => finish(means, params, { maker, generated, picture, index })),
        )
        const outputs = await keepPictures(means, context, finished)
        return {
          result: { seed: seedOf(params.order, generated) },
          facts: { pictures: outputs.length },
          outputs,
          warnings: warningsOf(params.order, { maker, generated, decoded }),
        }
      })
    },
  })
}

// What the vendor does is nearly all of it.
const ORDERED = 0.95
const DECODED = 0.98

function findMaker({ shelf }: ImageMeans, model: string): Maker {
  const maker = shelf.find(model)
  if (!maker) throw new AppError('provider_refused', `Nobody makes pictures with the model "${model}" any more`)
  return maker
}

async function order(
  means: ImageMeans,
  context: StepContext,
  { order, wordUrl }: GenerateParams,
  { provider, model }: Maker,
): Promise<Generated> {
  using pace = startPace(usualMs(means.db.kysely, model), fraction => context.progress(fraction * ORDERED))
  const generated = await withPatience(means.maxMs, provider.name, context.signal, async signal =>
    provider.generate(order, {
      signal,
      progress: pace.told,
      notes: context.notes,
      pause: (ms, name = '') => means.nudges.wait(name, ms, signal),
      ...(wordUrl !== undefined && { wordUrl }),
    }),
  )
  if (generated.pictures.length > 0) return generated
  throw new AppError('provider_unreadable', `${provider.name} API error: it delivered no picture`)
}

type Unfinished = {
  readonly maker: Maker
  readonly generated: Generated
  readonly picture: Decoded
  readonly index: number
}

function finish(
  means: ImageMeans,
  { order, prompt: telling }: GenerateParams,
  { maker: { provider, model }, generated, picture, index }: Unfinished,
): Promise<Finished> {
  const { prompt, negativePrompt } = order
  return finishPicture(means, order, picture, {
    ...{ provider: provider.name, model: model.name, kind: model.kind, software: means.software },
    ...{ seed: generated.pictures[index]?.seed ?? seedOf(order, generated), number: index + 1 },
    ...(telling === 'told' && { prompt, ...(negativePrompt !== undefined && { negativePrompt }) }),
  })
}

function seedOf(order: ImageOrder, generated: Generated): number {
  return generated.seed ?? order.seed
}
