// index: every kind of step that a graph needs, a line each.
import type { StepKind } from './contract.ts'
import { type DeliverMeans, deliverStep } from './deliver.ts'
import { fetchStep } from './fetch.ts'
import { planStep } from './plan.ts'
import { probeStep } from './probe.ts'
import { type RenderMeans, renderStep } from './render.ts'

/** The shelf, over what the kinds work with. */
export function stepKinds(means: RenderMeans & DeliverMeans): ReadonlyMap<string, StepKind> {
  const kinds: StepKind[] = [fetchStep(means), probeStep(means), planStep(means), renderStep(means), deliverStep(means)]
  return new Map(kinds.map(kind => [kind.name, kind]))
}
