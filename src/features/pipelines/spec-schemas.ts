// spec-schemas: a spec as OpenAPI tells it, from the very shapes that the engine reads it with.
import { z } from 'zod'
import { operations } from '../../engine/operations/index.ts'
import { inputShape, operationShape, outputShape } from '../../engine/spec.ts'
import { jobOptions } from './job-options.ts'

const [first, ...others] = [...operations.values()].map(({ name, summary, params }) =>
  operationShape
    .extend({ op: z.literal(name), params: params.optional().describe("The operation's own parameters") })
    .meta({ id: `${name.replace(/^./, letter => letter.toUpperCase())}Operation`, description: summary }),
)
if (!first) throw new TypeError('there are no operations')

const spec = z
  .strictObject({
    inputs: z
      .array(inputShape.meta({ id: 'Input' }))
      .min(1)
      .max(32)
      .describe('What is read'),
    operations: z
      .array(z.discriminatedUnion('op', [first, ...others]))
      .max(128)
      .optional()
      .describe('What is done to it; they form a graph without cycles, in any order'),
    outputs: z
      .array(outputShape.meta({ id: 'Output' }))
      .min(1)
      .max(32)
      .describe('What is written'),
  })
  .meta({ id: 'JobSpec' })

/** For the description only: what a client sends is read by `requests.ts`, which tells every fault at once. */
export const jobRequest = z.strictObject({ spec, ...jobOptions }).meta({ id: 'JobRequest' })
