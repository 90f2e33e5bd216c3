// graph: the steps that a graph's run is born with; planning, the last of them, adds the rest.
import type { Graph } from '../../engine/graph.ts'
import type { NewStep } from './contract.ts'
import { WEIGHTS } from './plan.ts'

/** Planning needs probes, and probing needs the bytes. */
export function graphSteps(graph: Graph): NewStep[] {
  const share = 1 / graph.inputs.length
  const reading = graph.inputs.flatMap(({ id, source }): NewStep[] => [
    {
      name: `fetch ${id}`,
      kind: 'fetch',
      queue: 'transfer',
      params: { input: id, source },
      needs: [],
      weight: WEIGHTS.fetch * share,
    },
    {
      name: `probe ${id}`,
      kind: 'probe',
      queue: 'quick',
      params: { input: id },
      needs: [`fetch ${id}`],
      weight: WEIGHTS.probe * share,
    },
  ])
  const needs = graph.inputs.map(({ id }) => `probe ${id}`)
  return [...reading, { name: 'plan', kind: 'plan', queue: 'quick', params: { graph }, needs, weight: WEIGHTS.plan }]
}
