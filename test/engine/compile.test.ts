// compile: what a command may contain, and how little it depends on what callers call things.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compile } from '../../src/engine/compile.ts'
import { printFilter } from '../../src/engine/filtergraph.ts'
import type { Probe } from '../../src/engine/probe.ts'
import { PROBES } from '../fixtures/probes.ts'
import { graphs, type Stock } from './graphs.ts'
import { argsOf, MAKING, passesOf, planSpec, type Spec } from './spec-plan.ts'

const SOURCES: readonly Stock[] = [
  { id: 'film', video: true, audio: true, seconds: 60 },
  { id: 'tv', video: true, audio: true, seconds: 60 },
  { id: 'tone', video: false, audio: true, seconds: 60 },
  { id: 'logo', video: true, audio: false, picture: true, seconds: 0 },
]
const PAPER: ReadonlyMap<string, Probe> = new Map<string, Probe>([
  ['film', PROBES.mp4],
  ['tv', PROBES.ts],
  ['tone', PROBES.mp3],
  ['logo', PROBES.logo],
])

const MARK = 'XyZZy'

test('nothing that a caller may name freely reaches a command', () => {
  fc.assert(
    fc.property(graphs(SOURCES), spec => {
      const marked = renamed(spec, id => `${MARK}-${id}`, `s3://${MARK}/$(reboot);[0:v]movie=`)
      const probes = new Map([...PAPER].map(([id, probe]) => [`${MARK}-${id}`, probe]))
      for (const args of argsOf(marked, probes)) assert.ok(!args.join('\n').includes(MARK))
      assert.deepEqual(argsOf(marked, probes), argsOf(spec, PAPER))
    }),
    { numRuns: 200 },
  )
})

test('the order in which operations are written does not matter', () => {
  fc.assert(
    fc.property(graphs(SOURCES), spec => {
      const turned = { ...spec, operations: spec.operations.toReversed() }
      assert.deepEqual(argsOf(turned, PAPER), argsOf(spec, PAPER))
    }),
    { numRuns: 100 },
  )
})

test('every input is opened by the demuxer that was chosen for it, from files alone, with decoders from the list', () => {
  fc.assert(
    fc.property(graphs(SOURCES), spec => {
      const { plan } = planSpec(spec, PAPER)
      for (const outputs of passesOf(plan)) {
        const { command, inputs } = compile(outputs, PAPER, MAKING)
        const openings = command.args.join(' ').split(' -i ').slice(0, -1)
        const opened = [...command.args.join(' ').matchAll(/-i file:\/in\/(\d+)/g)].map(
          match => inputs[Number(match[1])] ?? '',
        )
        assert.equal(openings.length, opened.length)
        for (const [index, opening] of openings.entries()) {
          const options = opening.slice(opening.lastIndexOf('-protocol_whitelist'))
          const demuxer = PAPER.get(opened[index] ?? '')?.demuxer
          assert.match(
            options,
            new RegExp(`^-protocol_whitelist file -f ${demuxer} -codec_whitelist [\\w,-]+ -max_pixels \\d+ `),
          )
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('a filter that is not on the list, or a value that is not plain, is never printed', () => {
  assert.equal(printFilter({ name: 'trim', args: { start: '0.5', end: 2 } }), 'trim=start=0.5:end=2')
  assert.equal(
    printFilter({ name: 'overlay', args: { x: -3 }, enable: { fromUs: 500_000, toUs: 1_000_000 } }),
    "overlay=x=-3:enable='gte(t,0.4995)*lt(t,0.9995)'",
  )
  assert.throws(() => printFilter({ name: 'movie' as 'trim' }), TypeError)
  for (const value of ["'", '[a]', 'a;b', 'a=b', '\\', '', ' ', '\n'])
    assert.throws(() => printFilter({ name: 'scale', args: { w: value } }), TypeError)
})

function renamed(spec: Spec, id: (old: string) => string, prefix: string): Spec {
  return {
    inputs: spec.inputs.map(input => ({ id: id(input.id), source: `${prefix}${input.source}` })),
    operations: spec.operations.map(operation => ({
      ...operation,
      output: id(operation.output),
      ...(operation.input !== undefined && { input: id(operation.input) }),
      ...(operation.inputs && { inputs: operation.inputs.map(id) }),
    })),
    outputs: spec.outputs.map(output => ({
      ...output,
      id: id(output.id),
      destination: `${prefix}${output.destination}`,
    })),
  }
}

test('whatever a source and a part of it last, from a microsecond to ten hours, ffmpeg can read every time of the command', () => {
  const TEN_HOURS_US = 36_000_000_000
  const length = fc.oneof(fc.integer({ min: 1, max: TEN_HOURS_US }), fc.integer({ min: 1, max: 100_000_000 }))
  const rate = fc
    .constantFrom([30_000, 1001], [24_000, 1001], [25, 1], [3, 7], [1, 3])
    .map(([num = 1, den = 1]) => ({ num, den }))
  fc.assert(
    fc.property(
      length,
      length,
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      rate,
      (durationUs, lengthUs, late, frameRate) => {
        const startUs = Math.floor(durationUs * late)
        const { video, audio }: Probe = PROBES.mp4
        assert.ok(video && audio)
        const probe = {
          ...PROBES.mp4,
          durationUs,
          video: { ...video, durationUs, frameRate },
          audio: { ...audio, durationUs },
        }
        const params = { start: seconds(startUs), duration: seconds(lengthUs) }
        const spec = {
          inputs: [{ id: 'film', source: 'film.mp4' }],
          operations: [
            { op: 'trim', input: 'film', output: 'part', params },
            { op: 'concat', inputs: ['part', 'film'], output: 'both' },
          ],
          outputs: ['film', 'part', 'both'].map(id => ({ id, destination: `${id}.mp4` })),
        }
        assertTimes(argsOf(spec, new Map<string, Probe>([['film', probe]])).flat())
      },
    ),
    { numRuns: 300 },
  )
})

const seconds = (us: number) => (us / 1e6).toFixed(6)

function assertTimes(args: readonly string[]): void {
  const said = args.flatMap((word, index) =>
    ['-t', '-ss', '-sseof', '-itsoffset'].includes(word) ? [args[index + 1] ?? ''] : [],
  )
  const filtered = [...args.join(' ').matchAll(/(?<==|:)(?:start|end|duration)=([^:,;[\]']+)/g)].map(
    ([, time = '']) => time,
  )
  assert.ok(filtered.length > 0)
  for (const time of [...said, ...filtered]) assert.match(time, /^\d+(?:\.\d{1,6})?$/)
}
