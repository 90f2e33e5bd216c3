// plan: with every source known, decides what is made by which pass, and adds those steps to the run.
import { z } from 'zod'
import type { Capabilities } from '../../engine/capabilities.ts'
import type { Graph } from '../../engine/graph.ts'
import { type Planned, plan } from '../../engine/plan.ts'
import type { Plan, PlannedOutput } from '../../engine/planned.ts'
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

function stepsOf(plan: Plan): NewStep[] {
  const total = costOf(plan.outputs)
  const renders = passesOf(plan).map(
    ({ name, outputs }): NewStep => ({
      name,
      kind: 'render',
      // Encoding pictures fills the machine; sound and copies need not wait behind it.
      queue: outputs.some(({ video }) => video?.encoding) ? 'cpu' : 'transfer',
      params: { outputs: outputs.map(({ index }) => index) },
      needs: ['plan'],
      weight: (WEIGHTS.render * costOf(outputs)) / total,
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

/** Each pass with what it makes and a name after that: `render hd sd`, with a number where two would be the same. */
export function passesOf({ outputs, passes }: Plan): { name: string; outputs: PlannedOutput[] }[] {
  const seen = new Map<string, number>()
  return passes.map(pass => {
    const made = outputs.filter(({ index }) => pass.includes(index))
    const name = `render ${[...new Set(made.map(({ id }) => id))].join(' ')}`
    const number = (seen.get(name) ?? 0) + 1
    seen.set(name, number)
    return { name: number === 1 ? name : `${name} (${number})`, outputs: made }
  })
}

function costOf(outputs: readonly PlannedOutput[]): number {
  return outputs.reduce((sum, { cost }) => sum + cost, 0)
}
