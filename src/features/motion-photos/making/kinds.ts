// kinds: the kinds of steps that make motion photos, a line each.
import type { StepKind } from '../../../runs/steps/contract.ts'
import { convertStep } from './convert.ts'
import type { MakingMeans } from './making.ts'
import { prepareStep } from './prepare.ts'
import { thumbnailStep } from './thumbnail.ts'

/** The shelf, over what the kinds work with. */
export function motionKinds(means: MakingMeans): ReadonlyMap<string, StepKind> {
  return new Map([prepareStep(means), convertStep(means), thumbnailStep(means)].map(kind => [kind.name, kind]))
}
