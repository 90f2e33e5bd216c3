// index: every operation there is, a line each.
import { z } from 'zod'
import { concat } from './concat.ts'
import type { Operation } from './contract.ts'
import { fps } from './fps.ts'
import { overlay } from './overlay.ts'
import { scale } from './scale.ts'
import { trim } from './trim.ts'
import { volume } from './volume.ts'

// biome-ignore lint/suspicious/noExplicitAny: the shelf mixes operations whose parameters differ.
type AnyOperation = Operation<any>

export const operations: ReadonlyMap<string, AnyOperation> = new Map(
  ([concat, fps, overlay, scale, trim, volume] as AnyOperation[]).map(operation => [operation.name, operation]),
)

export type OperationDescription = {
  readonly name: string
  readonly description: string
  readonly inputs: { readonly min: number; readonly max: number }
  /** JSON Schema of the parameters, as a client writes them. */
  readonly params: Record<string, unknown>
}

/** Every operation with the JSON Schema of its parameters, by name. */
export function describeOperations(): OperationDescription[] {
  return [...operations.values()].map(({ name, summary, inputs, params }) => ({
    name,
    description: summary,
    inputs,
    params: z.toJSONSchema(params, { io: 'input' }) as Record<string, unknown>,
  }))
}
