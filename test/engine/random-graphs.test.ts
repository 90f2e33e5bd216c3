// random graphs: whatever valid graph a client thinks of, it is planned, compiled, and accepted by the real ffmpeg.
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { compile } from '../../src/engine/compile.ts'
import { containers } from '../../src/engine/containers.ts'
import { openingsOf } from '../../src/engine/openings.ts'
import type { Probe } from '../../src/engine/probe.ts'
import { measure } from '../../src/ffmpeg/measure.ts'
import { makeClip } from '../fixtures/clips.ts'
import { PROBES } from '../fixtures/probes.ts'
import { graphs, type Stock } from './graphs.ts'
import { type Made, openReal, type Real } from './real.ts'
import { MAKING, passesOf, planSpec, type Spec } from './spec-plan.ts'

const SOURCES: readonly Stock[] = [
  { id: 'film', video: true, audio: true, seconds: 1 },
  { id: 'web', video: true, audio: true, seconds: 1 },
  { id: 'tv', video: true, audio: true, seconds: 0.9 },
  { id: 'odd', video: true, audio: false, seconds: 1 },
  { id: 'tone', video: false, audio: true, seconds: 1 },
  { id: 'logo', video: true, audio: false, picture: true, seconds: 0 },
]

const PAPER: ReadonlyMap<string, Probe> = new Map<string, Probe>([
  ['film', PROBES.mp4],
  ['web', PROBES.webm],
  ['tv', PROBES.ts],
  ['odd', PROBES.silent],
  ['tone', PROBES.mp3],
  ['logo', PROBES.logo],
])

test('every valid graph is planned and compiled, and what is wired up is read exactly once', () => {
  fc.assert(
    fc.property(graphs(SOURCES), spec => {
      const { plan, warnings } = planSpec(spec, PAPER)
      const indices = plan.passes.flat().sort((a, b) => a - b)
      assert.deepEqual(indices, [...spec.outputs.keys()])
      assert.ok(warnings.every(({ pointer }) => !pointer.startsWith('/inputs')))
      for (const outputs of passesOf(plan)) {
        const { command, inputs } = compile(outputs, PAPER, MAKING)
        assertWellWired(command.args)
        assert.ok(inputs.length <= openingsOf(outputs, PAPER).length)
        assert.deepEqual(compile(outputs, PAPER, MAKING).command, command)
      }
    }),
    { numRuns: 500 },
  )
})

// Each label is written once and read once, by a later chain or by an output; each input that is named exists.
function assertWellWired(args: readonly string[]): void {
  const graph = args[args.indexOf('-filter_complex') + 1] ?? ''
  const chains = args.includes('-filter_complex') ? graph.split(';') : []
  const sides = chains.map(chain => /^((?:\[[^\]]+\])*)(.*?)((?:\[[^\]]+\])*)$/.exec(chain))
  const labels = (text = '') => [...text.matchAll(/\[([^\]]+)\]/g)].map(match => match[1] ?? '')
  const mapped = args.filter((_, index) => args[index - 1] === '-map')
  const read = [...sides.flatMap(side => labels(side?.[1])), ...mapped.flatMap(word => labels(word))]
  const written = sides.flatMap(side => labels(side?.[3]))
  assert.equal(new Set(written).size, written.length)
  assert.deepEqual(read.filter(label => !label.includes(':')).sort(), [...written].sort())
  const streams = [...read.filter(label => label.includes(':')), ...mapped.filter(word => !word.startsWith('['))]
  const inputs = args.filter(word => word === '-i').length
  for (const stream of streams) assert.ok(Number(stream.split(':')[0]) < inputs, stream)
  const decoded = read.filter(label => label.includes(':'))
  assert.equal(new Set(decoded).size, decoded.length, 'a stream is decoded into one place')
}

let real: Real
const files: Record<string, string> = {}
before(async () => {
  real = await openReal()
  const { directory } = real
  const [film, web, tv, odd, tone, logo] = await Promise.all([
    makeClip(directory, { name: 'film.mp4', extra: ['-preset', 'veryfast', '-g', '5'] }),
    makeClip(directory, { name: 'web.webm', size: '48x36' }),
    makeClip(directory, { name: 'tv.ts', size: '64x36' }),
    makeClip(directory, {
      name: 'odd.mp4',
      size: '51x37',
      pattern: 'testsrc',
      audio: false,
      extra: ['-pix_fmt', 'yuv444p'],
    }),
    makeClip(directory, { name: 'tone.mp3', extra: ['-ar', '44100'] }),
    makeClip(directory, { name: 'logo.png', size: '15x9', pattern: 'testsrc' }),
  ])
  Object.assign(files, { film, web, tv, odd, tone, logo })
})
after(() => real[Symbol.asyncDispose]())

const SAMPLE = fc.sample(graphs(SOURCES), { seed: 20_251, numRuns: 25 })

for (const [index, spec] of SAMPLE.entries())
  test(`ffmpeg makes of random graph ${index} what was planned`, async () => {
    for (const made of await real.render(spec, files)) await assertAsPlanned(made, spec)
  })

// Sound comes in frames of up to 1152 samples, 22,050 of which are a second, and is given a delay. Of MPEG-TS only the beginning of the last packet is
// known, and a packet holds several frames.
const SLACK_US = 110_000
const BROADCAST_SLACK_US = 250_000

async function assertAsPlanned({ path, planned }: Made, spec: Spec): Promise<void> {
  const said = `${planned.container} of ${JSON.stringify(spec)}`
  assert.ok((await stat(path)).size > 0, said)
  const { streams, durationUs = 0 } = await measure(
    real.processes,
    path,
    containers.get(planned.container)?.demuxer ?? '',
  )
  const video = streams.find(stream => stream.kind === 'video')
  const audio = streams.find(stream => stream.kind === 'audio')
  assert.equal(streams.length, Number(planned.video !== undefined) + Number(planned.audio !== undefined), said)
  assert.equal(video?.codec, planned.video?.codec, said)
  assert.equal(audio?.codec, planned.audio?.codec, said)
  for (const stream of streams) assert.ok(stream.packets > 0, said)
  const frameUs = planned.video ? (planned.video.frameRate.den / planned.video.frameRate.num) * 1e6 : 0
  const slackUs = frameUs + (spec.inputs.some(({ id }) => id === 'tv') ? BROADCAST_SLACK_US : SLACK_US)
  const { durationUs: plannedUs = 0 } = planned
  assert.ok(Math.abs(durationUs - plannedUs) <= slackUs, `${durationUs} µs instead of ${plannedUs} in ${said}`)
  if (planned.video?.encoding)
    assert.deepEqual([video?.widthPx, video?.heightPx], [planned.video.widthPx, planned.video.heightPx], said)
  if (planned.audio?.encoding)
    assert.deepEqual([audio?.sampleRateHz, audio?.channels], [planned.audio.sampleRateHz, planned.audio.channels], said)
}
