// faults: what a schema found wrong, as pointers and sentences that say what would be right.
import { z } from 'zod'
import type { Fault } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'

/** Reads a value with a schema; undefined when it does not fit, and then `faults` has grown. */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
  faults: Fault[],
): z.output<Schema> | undefined {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  for (const issue of result.error.issues) faults.push(...faultsOf(issue, at, schema))
  return undefined
}

/** As `read`, but gives those members of an object that fit, so that one fault does not hide the next. */
export function readMembers<Shape extends z.core.$ZodShape>(
  schema: z.ZodObject<Shape>,
  value: unknown,
  at: string,
  faults: Fault[],
): Partial<z.output<z.ZodObject<Shape>>> {
  const whole = read(schema, value, at, faults)
  if (whole) return whole
  if (typeof value !== 'object' || value === null) return {}
  const fitting = Object.entries(schema.shape).flatMap(([name, member]) => {
    const result = z.safeParse(
      member,
      Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined,
    )
    return result.success ? [[name, result.data]] : []
  })
  return Object.fromEntries(fitting)
}

/** A JSON pointer (RFC 6901) to a place below `at`. */
export function pointer(at: string, path: readonly PropertyKey[]): string {
  return [at, ...path.map(part => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}

// A client's slip is told by name; a flood of members is not worth a fault each.
const MOST_UNKNOWN = 16

function faultsOf(issue: z.core.$ZodIssue, at: string, schema: z.ZodType): Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(at, issue.path), message: sentence(issue) }]
  const known = membersOf(schema, issue.path)
  const told = issue.keys.slice(0, MOST_UNKNOWN).map(key => {
    const meant = nearest(key, known)
    const hint = meant
      ? `did you mean "${meant}"?`
      : `the members here are ${known.map(name => `"${name}"`).join(', ') || 'none'}`
    return { pointer: pointer(at, [...issue.path, key.slice(0, 64)]), message: `is not known: ${hint}` }
  })
  const more = issue.keys.length - told.length
  return more > 0
    ? [...told, { pointer: pointer(at, issue.path), message: `has ${more} more members that are not known` }]
    : told
}

function sentence(issue: z.core.$ZodIssue): string {
  // A schema's own words say it best.
  if (!/^(?:Invalid|Too) /.test(issue.message)) return issue.message
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? `is missing (${article(issue.expected)})` : `must be ${article(issue.expected)}`
  if (issue.code === 'invalid_value') return choice(issue)
  if (issue.code === 'invalid_union') return issue.errors.flat().map(sentence).join(', or ')
  return issue.message
    .replace(/^Too small: expected \w+ to (be|have) >=/, 'must $1 at least ')
    .replace(/^Too big: expected \w+ to (be|have) <=/, 'must $1 at most ')
}

function choice({ values, input }: z.core.$ZodIssueInvalidValue): string {
  const meant = typeof input === 'string' ? nearest(input, values.map(String)) : undefined
  const list = values.map(value => `"${String(value)}"`).join(', ')
  return `must be one of ${list}${meant ? `; did you mean "${meant}"?` : ''}`
}

function article(type: string): string {
  if (type === 'int') return 'a whole number'
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`
}

// The names an object takes, found by walking the schema along the path of the issue.
function membersOf(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema
  for (const part of path) at = unwrap((unwrap(at) as { shape?: Record<PropertyKey, unknown> })?.shape?.[part])
  return Object.keys((unwrap(at) as { shape?: object })?.shape ?? {})
}

function unwrap(schema: unknown): unknown {
  const inner = (schema as { def?: { innerType?: unknown } })?.def?.innerType
  return inner === undefined ? schema : unwrap(inner)
}
