// operations: docs/operations.md from the shelf of operations and the schemas of their parameters.
import { describeOperations, type OperationDescription } from '../../src/engine/operations/index.ts'
import { markdownTable } from './markdown.ts'

type Schema = {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly default?: unknown
  readonly description?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
}

export function describeOperationsShelf(): string {
  const operations = describeOperations()
  return `# Operations

What \`op\` in a job's \`operations\` may be; \`GET /api/v1/operations\` answers the same with JSON Schemas. A time is written \`"00:01:30.5"\`,
\`90.5\` (seconds) or \`"PT1M30.5S"\`.

${operations.map(describe).join('\n')}`
}

function describe({ name, description, inputs, params }: OperationDescription): string {
  const { properties = {}, required = [] } = params as Schema
  const rows = Object.entries(properties).map(([parameter, schema]) => [
    `\`${parameter}\``,
    describeValues(schema),
    'default' in schema ? `\`${JSON.stringify(schema.default)}\`` : required.includes(parameter) ? 'required' : '',
    schema.description ?? '',
  ])
  const parameters =
    rows.length > 0 ? markdownTable(['parameter', 'value', 'default', 'meaning'], rows) : 'No parameters.\n'
  return `## ${name}\n\n${description} Takes ${describeCount(inputs)}.\n\n${parameters}`
}

function describeCount({ min, max }: OperationDescription['inputs']): string {
  if (max === 1) return 'one input'
  return min === max ? `${min} inputs` : `${min} to ${max} inputs`
}

function describeValues({ type, const: only, enum: words, anyOf, ...bounds }: Schema): string {
  if (anyOf) return anyOf.map(describeValues).join(' or ')
  if (only !== undefined) return `\`${JSON.stringify(only)}\``
  if (words) return words.map(word => `\`${JSON.stringify(word)}\``).join(', ')
  return [[type ?? 'anything'].flat().join(' or '), describeBounds(bounds)].filter(Boolean).join(' ')
}

function describeBounds({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`)
  if (least === undefined || maximum === undefined || Math.abs(maximum) >= Number.MAX_SAFE_INTEGER) return ''
  return `${least} to ${maximum}`
}
