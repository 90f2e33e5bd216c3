// abilities: what the chosen model cannot do, in words, by the name of the field; and what it can, for those who choose.
import type { Model, Range } from './answers.ts'

/** Why a field is of no use; absent where it is. `format` is empty for PNG. */
export function reasonsAgainst(model: Model, format: string): Readonly<Record<string, string>> {
  const ownSizes = model.sizes.kind === 'free' ? undefined : 'This model has sizes of its own'
  return withoutGaps({
    width: ownSizes,
    height: ownSizes,
    seed: model.seed ? undefined : 'This model takes no seed',
    num_inference_steps: model.num_inference_steps ? undefined : 'This model has no steps',
    guidance_scale: model.guidance_scale ? undefined : 'This model has no guidance',
    negative_prompt: model.negative_prompt ? undefined : 'This model takes no negative prompt',
    output_quality: format === '' ? 'A PNG loses nothing' : undefined,
  })
}

/** What fits into a field, where the model says so. */
export function hintsFor(model: Model): Readonly<Record<string, string>> {
  const { sizes, num_inference_steps: steps, guidance_scale: guidance } = model
  const px = sizes.kind === 'free' ? `${sizes.min} to ${sizes.max} px` : undefined
  return withoutGaps({
    width: px,
    height: px,
    seed: 'The same seed makes the same picture again',
    num_inference_steps: steps && rangeText(steps),
    guidance_scale: guidance && rangeText(guidance),
  })
}

/** `real` models have learnt from data; what has not is not called a model. */
export function kindText({ kind }: Pick<Model, 'kind'>): string {
  return kind === 'algorithmic' ? 'a program that paints, no model' : 'a trained model'
}

export function abilitiesText(model: Model): string {
  const { sizes, max_outputs: most, expected_seconds: seconds } = model
  const can = [
    sizes.kind === 'free' ? `any size from ${sizes.min} to ${sizes.max} px` : 'sizes of its own',
    most === 1 ? 'one picture at a time' : `up to ${most} pictures`,
    model.num_inference_steps && 'steps',
    model.guidance_scale && 'guidance',
    model.negative_prompt && 'negative prompt',
    model.seed && 'seeds',
    seconds < 1 ? 'less than a second' : `about ${Math.round(seconds)} s`,
  ]
  return can.filter(Boolean).join(' · ')
}

function rangeText({ min, max, default: usual }: Range): string {
  if (min === max) return `Always ${min}`
  return `${min} to ${max}${usual === undefined ? '' : `, usually ${usual}`}`
}

function withoutGaps(words: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(words).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
