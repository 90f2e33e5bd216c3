// faults: what a schema found wrong, as pointers and sentences that say what would be right.
import type { z } from 'zod'
import type { Fault } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'

/** Reads a value with a schema; undefined when it does not fit, and then `faults` has grown. */
export function read<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
  faults: Fault[],
): z.output<Schema> | undefined {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) faults.push(...faultsOf(issue, at, schema))
  return undefined
}

/** A JSON pointer (RFC 6901) to a place below `at`. */
export function pointer(at: string, path: readonly PropertyKey[]): string {
  return [at, ...path.map(part => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/')
}

function faultsOf(issue: z.core.$ZodIssue, at: string, schema: z.ZodType): Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(at, issue.path), message: sentence(issue) }]
  const known = membersOf(schema, issue.path)
  return issue.keys.map(key => {
    const meant = nearest(key, known)
    const hint = meant
      ? `did you mean "${meant}"?`
      : `the members here are ${known.map(name => `"${name}"`).join(', ') || 'none'}`
    return { pointer: pointer(at, [...issue.path, key]), message: `is not known: ${hint}` }
  })
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return issue.input === undefined ? `is missing (${article(issue.expected)})` : `must be ${article(issue.expected)}`
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map(value => `"${String(value)}"`).join(', ')}`
  if (issue.code === 'invalid_union') return issue.errors.flat().map(sentence).join(', or ')
  return issue.message.replace(/^Too (small|big): expected \w+ to /, 'must ').replace(/^must have/, 'must have')
}

function article(type: string): string {
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
