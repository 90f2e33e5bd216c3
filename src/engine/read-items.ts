// read-items: reads one input, operation or output of a spec, and says what it defines and what it refers to.
import type { z } from 'zod'
import type { Fault } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'
import type { Capabilities } from './capabilities.ts'
import { read, readMembers } from './faults.ts'
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

/** Of each item what could be read; with nothing missing there was no fault. */
export type ReadInput = {
  readonly input?: GraphInput
  /** The one spelling of its source. */
  readonly location?: string
  readonly definition?: Definition
}
export type ReadOperation = { readonly operation?: GraphOperation; readonly definition?: Definition }
export type ReadOutput = {
  readonly output?: GraphOutput
  readonly destination?: { readonly location: string; readonly at: string }
  readonly reference?: Reference
}

export function readInput(value: unknown, at: string, around: Surroundings, faults: Fault[]): ReadInput {
  const { id, source, interlaced } = readMembers(inputShape, value, at, faults)
  const location = source === undefined ? undefined : checkLocation('source', source, at, around, faults)
  if (id === undefined) return {}
  return {
    ...(location !== undefined && { location }),
    definition: { id, at, idAt: `${at}/id`, reads: [] },
    ...(source !== undefined && { input: { id, source, ...(interlaced && { interlaced }) } }),
  }
}

export function readOperation(value: unknown, at: string, faults: Fault[]): ReadOperation {
  const before = faults.length
  const written = readMembers(operationShape, value, at, faults)
  const reads = readsOf(written, at, faults)
  const kind = written.op === undefined ? undefined : findKind(written.op, at, faults)
  const inputsAt = `${at}/${written.inputs === undefined ? 'input' : 'inputs'}`
  if (kind && !faults.slice(before).some(fault => fault.pointer.startsWith(`${at}/input`)))
    checkCount(reads.length, kind, at, inputsAt, faults)
  const params = kind && read(kind.params, written.params ?? {}, `${at}/params`, faults)
  const { op, output } = written
  if (output === undefined) return {}
  return {
    definition: { id: output, at, idAt: `${at}/output`, reads },
    ...(op !== undefined && { operation: { at, op, inputs: reads.map(({ id }) => id), output, params } }),
  }
}

export function readOutput(value: unknown, at: string, around: Surroundings, faults: Fault[]): ReadOutput {
  const { id, destination, codec } = readMembers(outputShape, value, at, faults)
  const location = destination && checkLocation('destination', destination, at, around, faults)
  const output = destination && readCodec({ id: id ?? '', destination, codec }, at, around.capabilities, faults)
  return {
    ...(id !== undefined && { reference: { id, at: `${at}/id` } }),
    ...(location !== undefined && { destination: { location, at: `${at}/destination` } }),
    ...(output && { output }),
  }
}

function checkLocation(
  use: 'source' | 'destination',
  written: string,
  at: string,
  around: Surroundings,
  faults: Fault[],
): string | undefined {
  const checked = around.checkLocation(use, written)
  if ('location' in checked) return checked.location
  faults.push({ pointer: `${at}/${use}`, message: checked.refusal })
  return undefined
}

function readsOf({ input, inputs }: Partial<z.output<typeof operationShape>>, at: string, faults: Fault[]) {
  if (input !== undefined && inputs !== undefined)
    faults.push({ pointer: `${at}/inputs`, message: 'give either input or inputs, not both' })
  if (inputs !== undefined) return inputs.map((id, index) => ({ id, at: `${at}/inputs/${index}` }))
  return input === undefined ? [] : [{ id: input, at: `${at}/input` }]
}

function findKind(op: string, at: string, faults: Fault[]) {
  const kind = operations.get(op)
  if (kind) return kind
  const meant = nearest(op, operations.keys())
  const hint = meant ? `did you mean "${meant}"?` : `there is ${[...operations.keys()].join(', ')}`
  faults.push({ pointer: `${at}/op`, message: `there is no operation "${op}": ${hint}` })
  return undefined
}

type Kind = { readonly name: string; readonly inputs: { readonly min: number; readonly max: number } }

function checkCount(
  count: number,
  { name, inputs: { min, max } }: Kind,
  at: string,
  inputsAt: string,
  faults: Fault[],
): void {
  if (count >= min && count <= max) return
  if (max === 1) {
    faults.push({ pointer: inputsAt, message: `${name} works on one input: give its id` })
    return
  }
  const range = min === max ? `${min}` : `${min} to ${max}`
  faults.push({ pointer: `${at}/inputs`, message: `${name} works on ${range} inputs: give their ids` })
}
