// plan: with every source known, decides what is made by which pass, and adds those steps to the run.
import { z } from 'zod'
import type { Capabilities } from '../../engine/capabilities.ts'
import type { Graph } from '../../engine/graph.ts'
import { type Planned, plan } from '../../engine/plan.ts'
import type { Plan } from '../../engine/planned.ts'
import type { Probe } from '../../engine/probe.ts'
import { AppError } from '../../lib/errors.ts'
import { defineStep, type NewStep } from './contract.ts'
import type { Fetched } from './fetch.ts'
import type { Probed } from './probe.ts'

/** What later steps need: the graph, and by input what it is. Plain JSON. */
export type Material = {
  readonly graph: Graph
  readonly sources: Readonly<Record<string, Fetched>>
  readonly probes: Readonly<Record<string, Probe>>
}

/** Shares of the run's 100 per cent: reading sources and planning 5, delivering 3, everything between is work. */
export const WEIGHTS = { fetch: 3, probe: 1, plan: 1, render: 92, deliver: 3 } as const

export function planStep({ capabilities }: { capabilities: Capabilities }) {
  return defineStep({
    name: 'plan',
    queue: 'quick',
    params: z.strictObject({ graph: z.custom<Graph>() }),

    async run({ graph }, { results }) {
      const probed = [...results.values()] as Probed[]
      const material: Material = {
        graph,
        sources: Object.fromEntries(probed.map(({ probe: _probe, ...source }) => [source.input, source])),
        probes: Object.fromEntries(probed.map(({ input, probe }) => [input, probe])),
      }
      const planned = planOf(material, capabilities)
      return { result: material, steps: stepsOf(planned.plan), warnings: planned.warnings }
    },
  })
}

/** The plan is a pure function of the material, so it is made again wherever it is needed. Throws `spec_invalid`. */
export function planOf({ graph, probes }: Material, capabilities: Capabilities): Planned & { plan: Plan } {
  const planned = plan(graph, new Map(Object.entries(probes)), capabilities)
  if (planned.plan) return { ...planned, plan: planned.plan }
  const first = planned.faults[0]
  throw new AppError('spec_invalid', `The media does not allow this: ${first?.pointer} ${first?.message}`, {
    details: planned.faults,
  })
}

function stepsOf({ outputs, passes }: Plan): NewStep[] {
  const costOf = (indices: readonly number[]) =>
    indices.reduce((sum, index) => sum + (outputs.find(output => output.index === index)?.cost ?? 0), 0)
  const total = passes.reduce((sum, pass) => sum + costOf(pass), 0)
  const renders = passes.map(
    (pass): NewStep => ({
      name: `render ${pass.join(' ')}`,
      kind: 'render',
      queue: 'cpu',
      params: { outputs: pass },
      needs: ['plan'],
      weight: (WEIGHTS.render * costOf(pass)) / total,
    }),
  )
  const deliver: NewStep = {
    name: 'deliver',
    kind: 'deliver',
    queue: 'transfer',
    params: {},
    needs: ['plan', ...renders.map(({ name }) => name)],
    weight: WEIGHTS.deliver,
  }
  return [...renders, deliver]
}
