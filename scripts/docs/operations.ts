// operations: docs/operations.md: what a spec may say, from the shapes, the shelf of operations and the tables of codecs.
import { describeOperations, type OperationDescription } from '../../src/engine/operations/index.ts'
import { describeAudioEncoders, describeContainers, describeVideoEncoders } from './codecs.ts'
import { parameterTable, type Schema } from './parameters.ts'
import { describeSpec } from './spec.ts'

export function describeOperationsShelf(): string {
  return `# What a spec may say

${describeSpec()}

## Times, sizes and rates

A time is written \`"00:01:30.5"\` (hours, minutes, seconds), \`"01:30.5"\`, \`90.5\` (seconds) or \`"PT1M30.5S"\` (ISO 8601), as fine
as a microsecond. A part begins with the first frame at or after its start. Sides are in square pixels and even, because video
is stored with half the colour resolution; a side that is computed is rounded to an even one. Bitrates are bits per second:
\`128000\`, \`"128k"\` or \`"2.5M"\`.

# Operations

\`GET /api/v1/operations\` answers these with JSON Schemas.

${describeOperations().map(describe).join('\n')}
# Encoders

A codec may be named as its encoder or as it is also called; \`copy\` takes the stream as it is and refuses if anything changes
it. An encoder that this machine's ffmpeg does not have is refused, with those that it has.

## Video

A smaller \`crf\` is better and larger. Presets go from fast to small, except for \`libsvtav1\`, where 0 is the slowest.

${describeVideoEncoders()}
## Audio

${describeAudioEncoders()}
A rate that an encoder does not know is resampled to the next that it does; more channels than it takes are mixed down.

# Containers

The ending of a destination chooses the container. One that carries no pictures takes the sound alone.

${describeContainers()}`
}

function describe({ name, description, inputs, params }: OperationDescription): string {
  const schema = params as Schema
  const parameters = Object.keys(schema.properties ?? {}).length > 0 ? parameterTable(schema) : 'No parameters.\n'
  return `## ${name}\n\n${description} Takes ${describeCount(inputs)}.\n\n${parameters}`
}

function describeCount({ min, max }: OperationDescription['inputs']): string {
  if (max === 1) return 'one input'
  return min === max ? `${min} inputs` : `${min} to ${max} inputs`
}
