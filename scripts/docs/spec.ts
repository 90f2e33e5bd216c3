// spec: what a spec is made of, from the shapes that the engine reads it with.
import { z } from 'zod'
import { audioCodecShape, inputShape, operationShape, outputShape, videoCodecShape } from '../../src/engine/spec.ts'
import { parameterTable, type Schema } from './parameters.ts'

export function describeSpec(): string {
  return `A job is \`{"spec": {"inputs": […], "operations": […], "outputs": […]}}\`. Inputs and operations name what they give, operations
and outputs name what they take: together they are a graph without cycles. \`operations\` may be empty or left out.

An item of \`inputs\`:

${table(inputShape)}
An item of \`operations\`:

${table(operationShape)}
An item of \`outputs\`:

${table(outputShape)}
\`codec.video\`; give \`crf\` or \`bitrate\`, or neither:

${table(videoCodecShape)}
\`codec.audio\`:

${table(audioCodecShape)}
What nothing changes and the container can carry is copied, not encoded, unless \`codec\` asks for something else.`
}

function table(shape: z.ZodType): string {
  return parameterTable(z.toJSONSchema(shape, { io: 'input' }) as Schema)
}
