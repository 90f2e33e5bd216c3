// read-items: reads one input, operation or output of a spec, and says what it defines and what it refers to.
import type { z } from 'zod'
import type { Fault } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import type { Capabilities } from './capabilities.ts'
import { read } from './faults.ts'
import type { GraphInput, GraphOperation, GraphOutput } from './graph.ts'
import { operations } from './operations/index.ts'
import { readCodec } from './output-codec.ts'
import type { Definition, Reference } from './references.ts'
import { inputShape, operationShape, outputShape } from './spec.ts'

/** What a spec is held against besides itself. */
export type Surroundings = {
  readonly capabilities: Capabilities
  /** Whether a location may be used, and its one spelling; the schemes are not the engine's business. */
  readonly checkLocation: (use: 'source' | 'destination', location: string) => LocationCheck
}
export type LocationCheck = { readonly location: string } | { readonly refusal: string }

export type ReadInput = { readonly input: GraphInput; readonly definition: Definition }
export type ReadOperation = { readonly operation: GraphOperation; readonly definition: Definition }
export type ReadOutput = {
  readonly output?: GraphOutput
  readonly destination?: { readonly location: string; readonly at: string }
  readonly reference: Reference
}

/** Undefined when the value is no input at all; smaller faults are added and the rest is read on. */
export function readInput(value: unknown, at: string, around: Surroundings, faults: Fault[]): ReadInput | undefined {
  const input = read(inputShape, value, at, faults)
  if (!input) return undefined
  const checked = around.checkLocation('source', input.source)
  if ('refusal' in checked) faults.push({ pointer: `${at}/source`, message: checked.refusal })
  return { input, definition: { id: input.id, at, idAt: `${at}/id`, reads: [] } }
}

/** As readInput, for an operation. */
export function readOperation(value: unknown, at: string, faults: Fault[]): ReadOperation | undefined {
  const written = read(operationShape, value, at, faults)
  if (!written) return undefined
  const reads = readsOf(written, at, faults)
  const params = readParams(written, reads.length, at, faults)
  return {
    operation: { at, op: written.op, inputs: reads.map(({ id }) => id), output: written.output, params },
    definition: { id: written.output, at, idAt: `${at}/output`, reads },
  }
}

/** As readInput, for an output. */
export function readOutput(value: unknown, at: string, around: Surroundings, faults: Fault[]): ReadOutput | undefined {
  const written = read(outputShape, value, at, faults)
  if (!written) return undefined
  const checked = around.checkLocation('destination', written.destination)
  if ('refusal' in checked) faults.push({ pointer: `${at}/destination`, message: checked.refusal })
  const output = readCodec(written, at, around.capabilities, faults)
  return {
    ...(output && { output }),
    ...('location' in checked && { destination: { location: checked.location, at: `${at}/destination` } }),
    reference: { id: written.id, at: `${at}/id` },
  }
}

function readParams(written: z.output<typeof operationShape>, count: number, at: string, faults: Fault[]): unknown {
  const kind = operations.get(written.op)
  if (!kind) {
    const meant = nearest(written.op, operations.keys())
    const hint = meant ? `did you mean "${meant}"?` : `there is ${[...operations.keys()].join(', ')}`
    faults.push({ pointer: `${at}/op`, message: `there is no operation "${written.op}": ${hint}` })
    return undefined
  }
  checkCount(count, kind, at, faults)
  return read(kind.params, written.params ?? {}, `${at}/params`, faults)
}

function readsOf({ input, inputs }: z.output<typeof operationShape>, at: string, faults: Fault[]): Reference[] {
  if (input !== undefined && inputs !== undefined)
    faults.push({ pointer: `${at}/inputs`, message: 'give either input or inputs, not both' })
  if (inputs !== undefined) return inputs.map((id, index) => ({ id, at: `${at}/inputs/${index}` }))
  return input === undefined ? [] : [{ id: input, at: `${at}/input` }]
}

type Kind = { readonly name: string; readonly inputs: { readonly min: number; readonly max: number } }

function checkCount(count: number, { name, inputs: { min, max } }: Kind, at: string, faults: Fault[]): void {
  if (count >= min && count <= max) return
  if (max === 1) {
    faults.push({ pointer: `${at}/input`, message: `${name} works on one input: give its id` })
    return
  }
  const range = min === max ? `${min}` : `${min} to ${max}`
  faults.push({ pointer: `${at}/inputs`, message: `${name} works on ${range} inputs: give their ids` })
}
