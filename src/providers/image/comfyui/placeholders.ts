// placeholders: where a workflow leaves room for what is ordered: `{{prompt}}`, `{{steps=28}}`.
import { AppError } from '../../../lib/errors.ts'

/** Of what may be usual in a workflow, and what may be ordered. */
export const LIMITS = {
  // A latent has one point for 8 pixels.
  width: { min: 64, max: 2048, step: 8 },
  height: { min: 64, max: 2048, step: 8 },
  steps: { min: 1, max: 150, step: 1 },
  guidance: { min: 0, max: 100 },
} as const

const NAMES = [
  'prompt',
  'negative_prompt',
  'seed',
  'width',
  'height',
  'steps',
  'guidance',
  'count',
  // The first that the server has.
  'checkpoint',
] as const

/**
 * What may stand in any text of a workflow's inputs. A text that is nothing but a placeholder becomes its value, so that
 * numbers are numbers; inside a longer text it is written out. After `=` stands what is usual in this workflow.
 */
export type PlaceholderName = (typeof NAMES)[number]
export type Values = Readonly<Record<PlaceholderName, string | number>>
/** What a workflow has, each with what is usual where it says that. */
export type Placeholders = ReadonlyMap<PlaceholderName, string | undefined>

const PATTERN = /\{\{([^{}=]*)(?:=([^{}]*))?\}\}/g

/** Throws `config_invalid` for one that nobody would ever fill. */
export function findPlaceholders(inputs: unknown): Placeholders {
  const found = new Map<PlaceholderName, string | undefined>()
  for (const text of textsOf(inputs))
    for (const [written, name = '', usual] of text.matchAll(PATTERN)) {
      const known = toName(name.trim(), written)
      assertUsual(known, usual, written)
      found.set(known, found.get(known) ?? usual?.trim())
    }
  return found
}

/**
 * The same inputs with the values in them. What is put in is never read again: a prompt may itself speak of `{{seed}}`,
 * and no quote or brace in it can become a part of the workflow.
 */
export function fillPlaceholders(inputs: unknown, values: Values): unknown {
  if (typeof inputs === 'string') return fillText(inputs, values)
  if (Array.isArray(inputs)) return inputs.map(input => fillPlaceholders(input, values))
  if (typeof inputs !== 'object' || inputs === null) return inputs
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, fillPlaceholders(input, values)]))
}

function textsOf(inputs: unknown): string[] {
  if (typeof inputs === 'string') return [inputs]
  return typeof inputs === 'object' && inputs !== null ? Object.values(inputs).flatMap(textsOf) : []
}

function toName(name: string, written: string): PlaceholderName {
  const known = NAMES.find(known => known === name)
  if (known) return known
  const all = NAMES.map(name => `{{${name}}}`).join(', ')
  throw new AppError('config_invalid', `has ${written}, and there are only ${all}`)
}

function assertUsual(name: PlaceholderName, usual: string | undefined, written: string): void {
  if (usual === undefined || name === 'negative_prompt') return
  const limits: Limits | undefined = Object.hasOwn(LIMITS, name) ? LIMITS[name as keyof typeof LIMITS] : undefined
  if (!limits) throw new AppError('config_invalid', `has ${written}, and nothing can be usual of {{${name}}}`)
  const { min, max, step } = limits
  const number = usual.trim() === '' ? Number.NaN : Number(usual)
  if (number >= min && number <= max && (step === undefined || number % step === 0)) return
  const steps = step === undefined ? '' : `, in steps of ${step}`
  throw new AppError('config_invalid', `has ${written}: what is usual must be a number from ${min} to ${max}${steps}`)
}

type Limits = { readonly min: number; readonly max: number; readonly step?: number }

function fillText(text: string, values: Values): string | number {
  const [only] = text.matchAll(PATTERN)
  if (only?.[0] === text) return values[only[1]?.trim() as PlaceholderName]
  return text.replaceAll(PATTERN, (_, name: string) => String(values[name.trim() as PlaceholderName]))
}
