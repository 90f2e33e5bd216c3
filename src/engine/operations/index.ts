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

// zod leaves them out where what is read becomes something else, such as a time; they show what is written.
function keepExamples({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: { examples?: unknown } }) {
  const { examples } = z.globalRegistry.get(zodSchema) ?? {}
  if (examples) jsonSchema.examples = examples
}

/** Every operation with the JSON Schema of its parameters, by name. */
export function describeOperations(): OperationDescription[] {
  return [...operations.values()].map(({ name, summary, inputs, params }) => ({
    name,
    description: summary,
    inputs,
    params: z.toJSONSchema(params, { io: 'input', override: keepExamples }) as Record<string, unknown>,
  }))
}
