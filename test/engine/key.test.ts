// key: an output is named by all that it is made of and by, and by nothing else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputKey } from '../../src/engine/key.ts'
import type { Probe } from '../../src/engine/probe.ts'
import { PROBES } from '../fixtures/probes.ts'
import { CAPABILITIES, type Output, planSpec, type Spec } from './spec-plan.ts'

const TRIM = { op: 'trim', input: 'a', output: 't', params: { start: 10, duration: 5 } }
const OUTPUT: Output = { id: 't', destination: 'one.mp4', codec: { video: { codec: 'libx264', crf: 20 } } }
const SPEC: Spec = { inputs: [{ id: 'a', source: 'a.mp4' }], operations: [TRIM], outputs: [OUTPUT] }
const MAKING = { capabilities: CAPABILITIES, threads: 2 }

function keyOf(spec: Spec, changes: { digest?: string; probe?: Probe; making?: object; index?: number } = {}): string {
  const { digest = 'd1', probe = PROBES.mp4, making = {}, index = 0 } = changes
  const probes = new Map(spec.inputs.map(({ id }) => [id, probe]))
  const digests = new Map(spec.inputs.map(({ id }) => [id, digest]))
  const output = planSpec(spec, probes).plan.outputs[index]
  assert.ok(output)
  return outputKey(output, digests, { ...MAKING, ...making })
}

const withParams = (params: object) => ({ ...SPEC, operations: [{ ...TRIM, params: { ...params } }] })
const withOutput = (change: Partial<Output>) => ({ ...SPEC, outputs: [{ ...OUTPUT, ...change }] })
const withVideo = (video: object) => withOutput({ codec: { video: { codec: 'libx264', crf: 20, ...video } } })

test('names, destinations and neighbours do not count', () => {
  const key = keyOf(SPEC)
  const renamed: Spec = {
    inputs: [{ id: 'b', source: 's3://elsewhere/b.mp4' }],
    operations: [{ ...TRIM, input: 'b', output: 'u' }],
    outputs: [{ ...OUTPUT, id: 'u', destination: 'file:///output/two.mp4' }],
  }
  assert.equal(keyOf(renamed), key)
  const scale = { op: 'scale', input: 't', output: 's', params: { width: 640 } }
  const beside = { ...SPEC, operations: [scale, TRIM], outputs: [{ id: 's', destination: 's.mp4' }, OUTPUT] }
  assert.equal(keyOf(beside, { index: 1 }), key)
})

test('another way of writing the same work is the same work', () => {
  const key = keyOf(SPEC)
  for (const params of [
    { start: '00:00:10', end: 'PT15S' },
    { start: '10s', duration: '5.000' },
  ])
    assert.equal(keyOf(withParams(params)), key)
  assert.equal(keyOf(withVideo({ codec: 'h264', preset: 'medium' })), key)
  const twice = [
    { ...TRIM, output: 'x', params: { start: 4 } },
    { ...TRIM, input: 'x', params: { start: 6, duration: 5 } },
  ]
  assert.equal(keyOf({ ...SPEC, operations: twice }), key)
})

test('whatever changes the bytes changes the key', () => {
  const keys = [
    keyOf(SPEC),
    keyOf(SPEC, { digest: 'd2' }),
    keyOf(SPEC, { making: { threads: 3 } }),
    keyOf(SPEC, { making: { capabilities: { ...CAPABILITIES, version: '6.1' } } }),
    keyOf(withParams({ start: 10.000001, duration: 5 })),
    keyOf(withParams({ start: 10, duration: 6 })),
    keyOf(withOutput({ destination: 'one.mkv' })),
    keyOf(withVideo({ crf: 21 })),
    keyOf(withVideo({ preset: 'fast' })),
    keyOf(withVideo({ crf: undefined, bitrate: '1M' })),
    keyOf(withOutput({ codec: { ...OUTPUT.codec, audio: { codec: 'aac', bitrate: '64k' } } })),
    keyOf(withOutput({ codec: { ...OUTPUT.codec, audio: { codec: 'mp3' } } })),
    keyOf({
      ...SPEC,
      operations: [TRIM, { op: 'volume', input: 't', output: 'v', params: { level: 2 } }],
      outputs: [{ ...OUTPUT, id: 'v' }],
    }),
    keyOf(SPEC, { probe: PROBES.silent }),
  ]
  assert.equal(new Set(keys).size, keys.length)
})

test('an input whose contents are not known has no key', () => {
  const { plan } = planSpec(SPEC, new Map([['a', PROBES.mp4]]))
  const [output] = plan.outputs
  assert.ok(output)
  assert.throws(() => outputKey(output, new Map(), MAKING), TypeError)
})
