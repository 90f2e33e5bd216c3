// parameters: the members of an object as rows of a table, from its JSON Schema.
import { markdownTable } from './markdown.ts'

export type Schema = {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly default?: unknown
  readonly description?: string
  readonly examples?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly multipleOf?: number
}

export function parameterTable({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    `\`${name}\``,
    describeValues(schema),
    'default' in schema ? code(schema.default) : required.includes(name) ? 'required' : '',
    describeMeaning(schema),
  ])
  return markdownTable(['parameter', 'value', 'default', 'meaning'], rows)
}

function describeMeaning({ description = '', examples = [] }: Schema): string {
  return examples.length > 0 ? `${description}: ${examples.map(code).join(', ')}` : description
}

function describeValues({ type, const: only, enum: words, anyOf, ...bounds }: Schema): string {
  if (anyOf) return anyOf.map(describeValues).join(' or ')
  if (only !== undefined) return code(only)
  if (words) return words.map(code).join(', ')
  return [bounds.multipleOf === 2 && 'even', [type ?? 'anything'].flat().join(' or '), describeBounds(bounds)]
    .filter(Boolean)
    .join(' ')
}

function describeBounds({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const least = minimum ?? (exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`)
  if (least === undefined || maximum === undefined || Math.abs(maximum) >= Number.MAX_SAFE_INTEGER) return ''
  return `${least} to ${maximum}`
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``
}
