// mutations: valid specs with something broken in them give faults, or are valid still; never an exception.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compile } from '../../src/engine/compile.ts'
import { plan } from '../../src/engine/plan.ts'
import type { Probe } from '../../src/engine/probe.ts'
import { validate } from '../../src/engine/validate.ts'
import { PROBES } from '../fixtures/probes.ts'
import { graphs, type Stock } from './graphs.ts'
import { CAPABILITIES, MAKING, passesOf, SURROUNDINGS } from './spec-plan.ts'

const SOURCES: readonly Stock[] = [
  { id: 'film', video: true, audio: true, seconds: 60 },
  { id: 'tone', video: false, audio: true, seconds: 60 },
  { id: 'logo', video: true, audio: false, picture: true, seconds: 0 },
]

const rubbish = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    '',
    ' ',
    [],
    {},
    -1,
    0,
    1e21,
    0.1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ),
  fc.constantFrom(
    'film',
    'tone',
    'logo',
    'op0',
    'op1',
    'made.mp4',
    '__proto__',
    'copy',
    '\0',
    '../x',
    '%s',
    "'",
    '[0:v]',
  ),
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
)

type Holder = Record<string, unknown> | unknown[]
type Change = { readonly at: number; readonly kind: 'delete' | 'replace' | 'rename' | 'add'; readonly junk: unknown }

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom<Change['kind'][]>('delete', 'replace', 'replace', 'rename', 'add'),
  junk: rubbish,
})

test('a spec with something broken in it gives faults with places in it, or a plan', () => {
  let broken = 0
  fc.assert(
    fc.property(graphs(SOURCES), fc.array(change, { minLength: 1, maxLength: 4 }), (valid, changes) => {
      const spec = changes.reduce(mutated, structuredClone(valid) as unknown)
      const { graph, faults } = validate(spec, SURROUNDINGS)
      if (!graph) {
        broken++
        assert.ok(faults.length > 0)
        for (const { pointer, message } of faults) assert.match(`${pointer} ${message}`, /^(?:\/|(?= )).* \S/s)
        return
      }
      assert.deepEqual(faults, [])
      const probes = new Map(graph.inputs.map(({ id }) => [id, probeFor(id)]))
      const planned = plan(graph, probes, CAPABILITIES)
      if (!planned.plan) return assert.ok(planned.faults.length > 0)
      for (const outputs of passesOf(planned.plan))
        assert.equal(compile(outputs, probes, MAKING).command.program, 'ffmpeg')
    }),
    { numRuns: 2000 },
  )
  assert.ok(broken > 500, `only ${broken} of the specs were broken`)
})

test('anything at all gives faults', () => {
  fc.assert(
    fc.property(
      fc.oneof(rubbish, fc.object({ key: fc.constantFrom('inputs', 'operations', 'outputs', 'id') })),
      spec => {
        assert.ok(validate(spec, SURROUNDINGS).faults.length > 0)
      },
    ),
    { numRuns: 500 },
  )
})

function probeFor(id: string): Probe {
  if (id === 'tone') return PROBES.mp3
  return id === 'logo' ? PROBES.logo : PROBES.mp4
}

// Every object and list in the spec is a place where something can be broken.
function mutated(spec: unknown, { at, kind, junk }: Change): unknown {
  const value = structuredClone(junk)
  const holders = holdersIn(spec)
  const holder = holders[at % Math.max(1, holders.length)]
  if (!holder) return value
  const names = Object.keys(holder)
  const name = names[at % Math.max(1, names.length)] ?? '0'
  const record = holder as Record<string, unknown>
  const before = record[name]
  if (kind !== 'replace' && kind !== 'add') Array.isArray(holder) ? holder.splice(Number(name), 1) : delete record[name]
  if (kind === 'replace') record[name] = value
  if (kind === 'rename' && !Array.isArray(holder)) record[`${name}s`] = before
  if (kind === 'add') Array.isArray(holder) ? holder.push(before ?? value) : Object.assign(record, { extra: value })
  return spec
}

function holdersIn(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return []
  return [value as Holder, ...Object.values(value).flatMap(holdersIn)]
}
