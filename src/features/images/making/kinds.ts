// kinds: the kinds of steps that make pictures, a line each.
import type { StepKind } from '../../../runs/steps/contract.ts'
import { generateStep } from './generate.ts'
import type { ImageMeans } from './means.ts'

/** The shelf, over what the kinds work with. */
export function imageKinds(means: ImageMeans): ReadonlyMap<string, StepKind> {
  return new Map([generateStep(means)].map(kind => [kind.name, kind]))
}
