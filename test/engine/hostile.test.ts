// hostile specs: whatever a client sends, the answer is a list of faults, soon, and of a sane size.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validate } from '../../src/engine/validate.ts'
import { PROBES } from '../fixtures/probes.ts'
import { argsOf, faultsOf, SURROUNDINGS } from './spec-plan.ts'

const SPEC = {
  inputs: [{ id: 'a', source: 'a.mp4' }],
  operations: [{ op: 'trim', input: 'a', output: 't', params: { start: 1 } }],
  outputs: [{ id: 't', destination: 'o.mp4' }],
}
const PROBE = new Map([['a', PROBES.mp4]])
const nested = (levels: number, wrap: (inner: unknown) => unknown) => {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = wrap(value)
  return value
}
const members = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, 1]))

const HOSTILE: Record<string, unknown> = {
  'a prototype as a member': JSON.parse('{"__proto__": {"inputs": []}, "constructor": 1}'),
  'a prototype in every object': JSON.parse(
    '{"inputs":[{"id":"a","source":"a","__proto__":1}],"operations":[{"op":"trim","input":"a","output":"t","params":{"start":1,"__proto__":{}}}],"outputs":[{"id":"t","destination":"t.mp4","codec":{"__proto__":{}}}]}',
  ),
  'objects nested 50 000 deep': { ...SPEC, operations: [{ op: 'trim', params: nested(50_000, inner => ({ inner })) }] },
  'lists nested 50 000 deep': { ...SPEC, inputs: nested(50_000, inner => [inner]) },
  'a list where a word belongs': { ...SPEC, outputs: [{ id: ['t'], destination: { toString: 'o.mp4' } }] },
  '10 000 operations': { ...SPEC, operations: Array(10_000).fill(SPEC.operations[0]) },
  '100 000 unknown members': { ...SPEC, ...members(100_000) },
  '128 operations with 1000 unknown members each': {
    ...SPEC,
    operations: Array(128).fill({ ...SPEC.operations[0], ...members(1000) }),
  },
  'a member with a name of a million letters': { ...SPEC, ['x'.repeat(1_000_000)]: 1 },
  'words of a million letters': {
    inputs: [{ id: 'a'.repeat(1_000_000), source: 'a'.repeat(1_000_000) }],
    operations: [{ op: 'o'.repeat(1_000_000), output: 't', params: { start: '9'.repeat(1_000_000) } }],
    outputs: [
      { id: 't', destination: `${'.mp4'.repeat(250_000)}`, codec: { video: { codec: 'x'.repeat(1_000_000) } } },
    ],
  },
  'numbers that are none': {
    ...SPEC,
    operations: [
      { op: 'scale', input: 'a', output: 's', params: { width: Number.NaN, height: Number.POSITIVE_INFINITY } },
      { op: 'volume', input: 's', output: 't', params: { level: -0, gain_db: 1e308 } },
    ],
  },
  'a circle of 128': {
    ...SPEC,
    operations: Array.from({ length: 128 }, (_, index) => ({
      op: 'trim',
      input: `t${(index + 1) % 128}`,
      output: `t${index}`,
      params: { start: 1 },
    })),
  },
}

for (const [what, spec] of Object.entries(HOSTILE))
  test(`answers ${what} with faults, and soon`, { timeout: 10_000 }, () => {
    const { graph, faults } = validate(spec, SURROUNDINGS)
    assert.equal(graph, undefined)
    assert.ok(faults.length > 0 && faults.length < 4000)
    for (const { pointer, message } of faults) assert.ok(pointer.length < 3000 && message.length < 3000)
  })

test('names from the language itself are ids like any other', () => {
  for (const id of ['__proto__', 'constructor', 'toString', '.', '..']) {
    const spec = {
      inputs: [{ id, source: 'a.mp4' }],
      operations: [{ op: 'trim', input: id, output: 'hasOwnProperty', params: { start: 1 } }],
      outputs: [{ id: 'hasOwnProperty', destination: 'o.mp4' }],
    }
    assert.equal(argsOf(spec, new Map([[id, PROBES.mp4]])).length, 1)
  }
})

test('an operation named like a member of every object is no operation', () => {
  for (const op of ['__proto__', 'constructor', 'toString'])
    assert.equal(faultsOf({ ...SPEC, operations: [{ ...SPEC.operations[0], op }] })[0]?.pointer, '/operations/0/op')
})

test('refuses concatenations of concatenations that would open a source a thousand times', () => {
  const doubling = Array.from({ length: 10 }, (_, index) => {
    const id = index === 0 ? 'a' : `c${index - 1}`
    return { op: 'concat', inputs: [id, id], output: `c${index}` }
  })
  const outputs = [{ id: 'c9', destination: 'o.mp4' }]
  assert.deepEqual(faultsOf({ ...SPEC, operations: doubling, outputs }, PROBE), [
    { pointer: '/operations/6', message: 'would read its sources 128 times, and 64 is the most' },
  ])
})
