// plan: a graph and what its sources are → what each output is made by, and which outputs are made together.
import type { Fault } from '../lib/errors.ts'
import type { Capabilities } from './capabilities.ts'
import { type Room, roomOf } from './colour/form.ts'
import type { Graph, GraphOperation } from './graph.ts'
import { type Media, mediaOf } from './media.ts'
import { OperationFault } from './operations/contract.ts'
import { operations } from './operations/index.ts'
import { passesFor } from './passes.ts'
import { planOutput } from './plan-output.ts'
import type { Plan, PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'
import { undecodableFaults } from './undecodable.ts'

export type Planned = { readonly plan?: Plan; readonly faults: readonly Fault[]; readonly warnings: readonly Fault[] }

/** By id of the input; every input of the graph has one. */
export type Probes = ReadonlyMap<string, Probe>

// Concatenations of concatenations double what is read at each level; ffmpeg opens every part on its own.
const MOST_PARTS = 64

/**
 * Plans a valid graph over known sources. Faults are what only the media shows (no sound to make louder, a trim that
 * starts after the end), with pointers into the spec as far as operations were not left out.
 */
export function plan(graph: Graph, probes: Probes, capabilities: Capabilities): Planned {
  const resolved = new Map<string, Resolved>()
  const resolvedFor = (room: Room) => {
    const known = resolved.get(JSON.stringify(room)) ?? resolve(graph, probes, room)
    resolved.set(JSON.stringify(room), known)
    return known
  }
  const answers = graph.outputs.flatMap((output, index) => {
    const room = roomOf(output)
    const media = resolvedFor(room).mediaById.get(output.id)
    const direct = graph.inputs.some(({ id }) => id === output.id)
    return media ? [planOutput({ output, index, media, room, direct, probes, capabilities })] : []
  })
  // What operations find is the same whatever there is room for.
  const [first] = [...resolved.values()]
  const faults = [...(first?.faults ?? []), ...answers.flatMap(answer => answer.faults)]
  const warnings = [...(first?.warnings ?? []), ...answers.flatMap(answer => answer.warnings)]
  const outputs = answers.flatMap(({ planned }): PlannedOutput[] => (planned ? [planned] : []))
  if (faults.length > 0) return { faults: [...undecodableFaults(graph, probes), ...faults], warnings }
  return { plan: { outputs, passes: passesFor(outputs, probes) }, faults, warnings }
}

type Resolved = {
  readonly mediaById: ReadonlyMap<string, Media>
  readonly faults: readonly Fault[]
  readonly warnings: readonly Fault[]
}

// What every id stands for; an id that depends on a faulty operation stands for nothing, and is not told again.
function resolve(graph: Graph, probes: Probes, room: Room): Resolved {
  const faults: Fault[] = []
  const warnings: Fault[] = []
  const mediaById = new Map<string, Media>()
  const partsById = new Map<string, number>()
  for (const { id, interlaced } of graph.inputs) {
    const probe = probes.get(id)
    if (!probe) throw new TypeError(`the input "${id}" has not been probed`)
    mediaById.set(id, mediaOf(id, probe, interlaced === 'keep' ? 'kept' : 'made-whole'))
    partsById.set(id, 1)
  }
  for (const operation of inOrder(graph)) {
    const parts = operation.inputs.reduce((total, id) => total + (partsById.get(id) ?? 0), 0)
    partsById.set(operation.output, parts)
    const inputs = operation.inputs.flatMap(id => mediaById.get(id) ?? [])
    if (inputs.length < operation.inputs.length) continue
    if (parts > MOST_PARTS) {
      faults.push({
        pointer: operation.at,
        message: `would read its sources ${parts} times, and ${MOST_PARTS} is the most`,
      })
      continue
    }
    const media = apply(operation, inputs, room, { faults, warnings })
    if (media) mediaById.set(operation.output, media)
  }
  return { mediaById, faults, warnings }
}

type Findings = { readonly faults: Fault[]; readonly warnings: Fault[] }

function apply(operation: GraphOperation, inputs: readonly Media[], room: Room, { faults, warnings }: Findings) {
  const kind = operations.get(operation.op)
  if (!kind) throw new TypeError(`the graph has not been validated: there is no operation "${operation.op}"`)
  try {
    return kind.apply(operation.params, inputs, {
      names: operation.inputs,
      room,
      warn: message => warnings.push({ pointer: operation.at, message }),
    })
  } catch (thrown) {
    if (!(thrown instanceof OperationFault)) throw thrown
    faults.push({ pointer: operation.at + thrown.at, message: thrown.message })
    return undefined
  }
}

// Operations may be written in any order; each comes after what it works on.
function inOrder(graph: Graph): GraphOperation[] {
  const byOutput = new Map(graph.operations.map(operation => [operation.output, operation]))
  const sorted = new Set<GraphOperation>()
  const visit = (operation: GraphOperation): void => {
    if (sorted.has(operation)) return
    for (const id of operation.inputs) {
      const before = byOutput.get(id)
      if (before) visit(before)
    }
    sorted.add(operation)
  }
  graph.operations.forEach(visit)
  return [...sorted]
}
