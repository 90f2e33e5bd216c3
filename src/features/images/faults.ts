// faults: what is wrong with a request, in the document's form, and in the words of the library that it was written with.
import type { z } from 'zod'
import { FRACTION } from './schemas.ts'

/** One entry of `detail`. */
export type DocumentFault = {
  readonly type: string
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly input: unknown
}

/** Reads a value with a schema; undefined when it does not fit, and then `faults` has grown. `part` begins every place. */
export function readOrFault<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  part: string,
  faults: DocumentFault[],
): z.output<Schema> | undefined {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  // A number that is far too large is too large in more than one way: the last one names our limit.
  const byPlace = new Map(result.error.issues.map(issue => [JSON.stringify(issue.path), issue]))
  faults.push(...[...byPlace.values()].map(issue => toFault(issue, value, part)))
  return undefined
}

/** What the words do not cover. */
export function valueFault(loc: DocumentFault['loc'], message: string, input: unknown): DocumentFault {
  return { type: 'value_error', loc, msg: `Value error, ${message}`, input }
}

/** One of several names is meant. */
export function choiceFault(
  loc: DocumentFault['loc'],
  choices: readonly unknown[],
  input: unknown,
  hint = '',
): DocumentFault {
  return { type: 'literal_error', loc, msg: `Input should be ${printChoices(choices)}${hint}`, input }
}

function toFault(issue: z.core.$ZodIssue, root: unknown, part: string): DocumentFault {
  const path = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
  const loc = [part, ...path]
  const input = memberAt(root, path)
  // What is not there is told with what it should be in.
  if (input === undefined)
    return { type: 'missing', loc, msg: 'Field required', input: memberAt(root, path.slice(0, -1)) ?? null }
  if (issue.code === 'invalid_value') return choiceFault(loc, issue.values, input)
  const [type, msg] = wordsFor(issue, input)
  return { type, loc, msg, input }
}

function memberAt(root: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined),
    root,
  )
}

type Words = readonly [type: string, msg: string]

function wordsFor(issue: z.core.$ZodIssue, input: unknown): Words {
  switch (issue.code) {
    case 'too_small':
      if (issue.origin === 'string')
        return ['string_too_short', `String should have at least ${characters(issue.minimum)}`]
      return ['greater_equal', `Input should be greater than or equal to ${issue.minimum}`]
    case 'too_big':
      if (issue.origin === 'string')
        return ['string_too_long', `String should have at most ${characters(issue.maximum)}`]
      return ['less_equal', `Input should be less than or equal to ${issue.maximum}`]
    case 'invalid_format':
      if (issue.format === 'datetime') return ['datetime_parsing', 'Input should be a valid datetime, as in RFC 3339']
      return ['string_pattern_mismatch', `String should match pattern '${withoutSlashes(issue.pattern ?? '')}'`]
    case 'invalid_type':
      return wordsForType(issue, input)
    default:
      return ['value_error', `Value error, ${issue.message}`]
  }
}

function wordsForType({ expected, message }: z.core.$ZodIssueInvalidType, input: unknown): Words {
  if (expected === 'int')
    return ['int_from_float', 'Input should be a valid integer, got a number with a fractional part']
  if (expected !== 'number') return TYPES[expected] ?? ['value_error', 'Value error, this has another type']
  if (typeof input === 'number') return ['finite_number', 'Input should be a finite number']
  const [name, article, noun] = message === FRACTION ? ['float', 'a', 'number'] : ['int', 'an', 'integer']
  if (typeof input !== 'string') return [`${name}_type`, `Input should be a valid ${noun}`]
  return [`${name}_parsing`, `Input should be a valid ${noun}, unable to parse string as ${article} ${noun}`]
}

const TYPES: Readonly<Record<string, Words>> = {
  string: ['string_type', 'Input should be a valid string'],
  boolean: ['bool_type', 'Input should be a valid boolean'],
  record: ['dict_type', 'Input should be a valid dictionary'],
  object: ['model_attributes_type', 'Input should be a valid dictionary or object to extract fields from'],
}

function printChoices(choices: readonly unknown[]): string {
  const quoted = choices.map(choice => `'${String(choice)}'`)
  const last = quoted.pop() ?? ''
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`
}

function characters(count: number | bigint): string {
  return `${count} character${Number(count) === 1 ? '' : 's'}`
}

function withoutSlashes(pattern: string): string {
  return pattern.replace(/^\/(.*)\/[a-z]*$/s, '$1')
}
