// validate: reads a spec strictly and tells everything that is wrong with it in one answer.
import type { Fault } from '../lib/errors.ts'
import { readMembers } from './faults.ts'
import type { Graph } from './graph.ts'
import {
  type ReadInput,
  type ReadOutput,
  readInput,
  readOperation,
  readOutput,
  type Surroundings,
} from './read-items.ts'
import { reachable, referenceFaults, unusedWarnings } from './references.ts'
import { specShape } from './spec.ts'

/** A graph when there is no fault, without what no output needs; the warnings name what was left out. */
export type Validated = {
  readonly graph?: Graph
  readonly faults: readonly Fault[]
  readonly warnings: readonly Fault[]
}

/**
 * Reads an untrusted spec. Pointers are relative to the spec itself (`/operations/0/params/width`).
 * Finds everything that can be known without the media: shapes, names, ids, cycles, codecs and containers.
 */
export function validate(spec: unknown, surroundings: Surroundings): Validated {
  const faults: Fault[] = []
  const shape = readMembers(specShape, spec, '', faults)
  const inputs = shape.inputs?.map((value, index) => readInput(value, `/inputs/${index}`, surroundings, faults)) ?? []
  const steps = shape.operations?.map((value, index) => readOperation(value, `/operations/${index}`, faults)) ?? []
  const outputs = shape.outputs?.map((value, index) => readOutput(value, `/outputs/${index}`, surroundings, faults))
  const definitions = [...inputs, ...steps].flatMap(({ definition }) => definition ?? [])
  const references = outputs?.flatMap(({ reference }) => reference ?? []) ?? []
  const complete = shape.inputs && shape.operations && definitions.length === inputs.length + steps.length
  faults.push(
    ...referenceFaults(definitions, references, complete === true),
    ...takenDestinations(inputs, outputs ?? []),
  )
  if (faults.length > 0) return { faults: inOrder(faults), warnings: [] }
  const used = reachable(definitions, references)
  const graph = {
    inputs: inputs.flatMap(({ input }) => input ?? []).filter(({ id }) => used.has(id)),
    operations: steps.flatMap(({ operation }) => operation ?? []).filter(({ output }) => used.has(output)),
    outputs: outputs?.flatMap(({ output }) => output ?? []) ?? [],
  }
  return { graph, faults, warnings: unusedWarnings(definitions, references) }
}

function takenDestinations(inputs: readonly ReadInput[], outputs: readonly ReadOutput[]): Fault[] {
  const destinations = outputs.flatMap(({ destination }) => destination ?? [])
  return destinations.flatMap(({ location, at }, index) => {
    if (inputs.some(input => input.location === location))
      return [{ pointer: at, message: 'is a source of this very job: give the output a name of its own' }]
    return destinations.findIndex(other => other.location === location) < index
      ? [{ pointer: at, message: 'is written by another output already: give it a name of its own' }]
      : []
  })
}

function inOrder(faults: readonly Fault[]): Fault[] {
  return faults.toSorted((a, b) => a.pointer.localeCompare(b.pointer, 'en', { numeric: true }))
}
