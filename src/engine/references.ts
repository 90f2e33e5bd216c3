// references: do the ids of a spec name each other rightly? Finds duplicates, dangling ids, cycles and what nobody uses.
import type { Fault } from '../lib/errors.ts'
import { nearest } from '../lib/nearest.ts'

/** One place that defines an id, and the places it reads others from. */
export type Definition = {
  readonly id: string
  readonly at: string
  readonly idAt: string
  readonly reads: readonly Reference[]
}
export type Reference = { readonly id: string; readonly at: string }

/**
 * Faults of the references among `definitions` and from `outputs` into them. Unless the definitions are `complete`,
 * an id may be missing only because its own definition could not be read, and is not told again.
 */
export function referenceFaults(
  definitions: readonly Definition[],
  outputs: readonly Reference[],
  complete: boolean,
): Fault[] {
  const byId = new Map(definitions.map(definition => [definition.id, definition]))
  const missing = complete ? dangling(definitions, outputs, byId) : []
  return [...duplicates(definitions), ...missing, ...cycles(definitions, byId)]
}

/** What no output needs, as warnings: it is left out, and nothing is lost by that. */
export function unusedWarnings(definitions: readonly Definition[], outputs: readonly Reference[]): Fault[] {
  const used = reachable(definitions, outputs)
  return definitions
    .filter(({ id }) => !used.has(id))
    .map(({ id, at }) => ({ pointer: at, message: `no output uses "${id}": it is left out` }))
}

/** Every id that the outputs need, directly or through operations. */
export function reachable(definitions: readonly Definition[], outputs: readonly Reference[]): ReadonlySet<string> {
  const byId = new Map(definitions.map(definition => [definition.id, definition]))
  const found = new Set<string>()
  const queue = outputs.map(({ id }) => id)
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue
    found.add(id)
    queue.push(...(byId.get(id)?.reads ?? []).map(read => read.id))
  }
  return found
}

function duplicates(definitions: readonly Definition[]): Fault[] {
  const first = new Map<string, Definition>()
  return definitions.flatMap(definition => {
    const earlier = first.get(definition.id)
    if (!earlier) first.set(definition.id, definition)
    return earlier
      ? [
          {
            pointer: definition.idAt,
            message: `"${definition.id}" is taken by ${earlier.at}: give it a name of its own`,
          },
        ]
      : []
  })
}

function dangling(
  definitions: readonly Definition[],
  outputs: readonly Reference[],
  byId: ReadonlyMap<string, Definition>,
): Fault[] {
  return [...definitions.flatMap(({ reads }) => reads), ...outputs]
    .filter(({ id }) => !byId.has(id))
    .map(({ id, at }) => {
      const meant = nearest(id, byId.keys())
      const known = [...byId.keys()]
        .slice(0, 12)
        .map(name => `"${name}"`)
        .join(', ')
      return {
        pointer: at,
        message: `there is no "${id}": ${meant ? `did you mean "${meant}"?` : `there is ${known || 'nothing'}`}`,
      }
    })
}

// Depth first, in the order of the spec; each cycle is told once, at the operation that closes it.
function cycles(definitions: readonly Definition[], byId: ReadonlyMap<string, Definition>): Fault[] {
  const done = new Set<string>()
  const faults: Fault[] = []
  const visit = (definition: Definition, path: readonly string[]): void => {
    if (done.has(definition.id)) return
    const seenAt = path.indexOf(definition.id)
    if (seenAt >= 0) {
      const circle = [...path.slice(seenAt), definition.id].map(id => `"${id}"`).join(' → ')
      faults.push({ pointer: definition.at, message: `works on its own result: ${circle}` })
      return
    }
    for (const { id } of definition.reads) {
      const next = byId.get(id)
      if (next) visit(next, [...path, definition.id])
    }
    done.add(definition.id)
  }
  for (const definition of definitions) visit(definition, [])
  return faults
}
