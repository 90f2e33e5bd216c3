// fit: what was asked for → an order within what the model can do, and a warning for everything that it cannot. Pure.
import type { Fault } from '../../lib/errors.ts'
import type { ImageFormat, ImageModel, ImageOrder, Range } from '../../providers/image/contract.ts'
import { fitSize } from './fit-size.ts'

/** What a request says of its picture; what is absent is the model's own choice. */
export type Wanted = {
  readonly prompt: string
  readonly negativePrompt?: string
  readonly widthPx?: number
  readonly heightPx?: number
  /** `16:9` */
  readonly ratio?: string
  readonly count?: number
  readonly steps?: number
  readonly guidance?: number
  readonly seed?: number
  readonly format?: ImageFormat
  readonly quality?: number
}

export type Fitted = { readonly order: ImageOrder; readonly warnings: readonly Fault[] }

/** Says what is done otherwise than was asked, under the name of the parameter. */
export type Warn = (parameter: string, message: string) => void

const SEED_LIMIT = 2 ** 31
const USUAL_QUALITY = 90

/** `chosenSeed`, below 2^31, is for those who ask for none. */
export function fit(wanted: Wanted, model: ImageModel, chosenSeed: number): Fitted {
  const warnings: Fault[] = []
  const warn: Warn = (parameter, message) => warnings.push({ pointer: `/parameters/${parameter}`, message })
  const steps = fitNumber('num_inference_steps', wanted.steps, model.steps, warn)
  const guidance = fitNumber('guidance_scale', wanted.guidance, model.guidance, warn)
  const negativePrompt = fitNegativePrompt(wanted, model, warn)
  const order: ImageOrder = {
    model: model.name,
    prompt: wanted.prompt,
    ...(negativePrompt !== undefined && { negativePrompt }),
    ...fitSize(wanted, model.sizes, warn),
    count: fitCount(wanted, model, warn),
    ...(steps !== undefined && { steps }),
    ...(guidance !== undefined && { guidance }),
    seed: fitSeed(wanted, model, chosenSeed, warn),
    seedIsAsked: wanted.seed !== undefined,
    ...fitFormat(wanted, model, warn),
  }
  return { order, warnings }
}

function fitNumber(name: string, wanted: number | undefined, range: Range | undefined, warn: Warn): number | undefined {
  if (!range) {
    if (wanted !== undefined) warn(name, 'This model has no such thing: it is not used')
    return undefined
  }
  if (wanted === undefined) return range.usual
  const fitted = Math.min(range.max, Math.max(range.min, wanted))
  if (fitted !== wanted) warn(name, `This model takes ${range.min} to ${range.max}: ${fitted} is used`)
  return fitted
}

function fitNegativePrompt(
  { negativePrompt = '' }: Wanted,
  { takesNegativePrompt }: ImageModel,
  warn: Warn,
): string | undefined {
  if (negativePrompt === '') return undefined
  if (takesNegativePrompt) return negativePrompt
  warn('negative_prompt', 'This model takes no negative prompt: it is not used')
  return undefined
}

function fitCount({ count = 1 }: Wanted, { maxCount }: ImageModel, warn: Warn): number {
  if (count <= maxCount) return count
  warn('num_outputs', `This model makes at most ${maxCount} at once: ${maxCount} will be made`)
  return maxCount
}

function fitSeed({ seed }: Wanted, { takesSeed }: ImageModel, chosenSeed: number, warn: Warn): number {
  if (seed === undefined) return chosenSeed
  if (!takesSeed) warn('seed', 'This model takes no seed: the same one will make another picture')
  else if (seed >= SEED_LIMIT) warn('seed', `Seeds end at ${SEED_LIMIT - 1} here: ${seed % SEED_LIMIT} is used`)
  return seed % SEED_LIMIT
}

function fitFormat({ format: asked, quality }: Wanted, { formats }: ImageModel, warn: Warn) {
  const format: ImageFormat = asked ?? 'png'
  // Nobody who asks for nothing minds how it comes about.
  if (asked !== undefined && !formats.includes(asked))
    warn('output_format', `This model makes ${formats[0]}: the ${asked} is made from that`)
  if (quality !== undefined && format === 'png') warn('output_quality', 'A PNG loses nothing: this is not used')
  return { format, quality: quality ?? USUAL_QUALITY }
}
