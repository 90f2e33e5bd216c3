// specs: words that would mean something to ffmpeg, a shell or a path, in every place of a spec that takes one.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { validate } from '../../src/engine/validate.ts'
import { argsOf, faultsOf, SURROUNDINGS } from '../engine/spec-plan.ts'
import { PROBES } from '../fixtures/probes.ts'

const PROBE = new Map([
  ['a', PROBES.mp4],
  ['logo', PROBES.logo],
])
const inputs = [
  { id: 'a', source: 'a.mp4' },
  { id: 'logo', source: 'logo.png' },
]
const operation = (op: string, params: object, more: object = {}) => ({
  inputs,
  operations: [
    { op, ...(op === 'overlay' ? { inputs: ['a', 'logo'] } : { input: 'a' }), output: 'o', params, ...more },
  ],
  outputs: [{ id: 'o', destination: 'o.mp4' }],
})
const output = (more: object) => ({ inputs, operations: [], outputs: [{ id: 'a', destination: 'o.mp4', ...more }] })
const video = (codec: object) => output({ codec: { video: codec } })
const audio = (codec: object) => output({ codec: { audio: codec } })
const LONG = '9'.repeat(300)

const ATTACKS: Readonly<Record<string, unknown>> = {
  'a width that goes on with a filter': operation('scale', { width: '320,movie=/etc/passwd' }),
  'a width that is text': operation('scale', { width: '320' }),
  'a width that is an expression': operation('scale', { width: 'iw*random(0)' }),
  'an algorithm with options': operation('scale', { width: 320, algorithm: 'lanczos:eval=frame,drawtext=textfile=/x' }),
  'a fit that is a filter': operation('scale', { width: 320, height: 320, fit: 'pad,movie=x' }),
  'a picture of 100 000 a side': operation('scale', { width: 100_000, height: 100_000 }),
  'a picture of nothing': operation('scale', { width: 0, height: 0 }),
  'a picture of less': operation('scale', { width: -2, height: -2 }),
  'half a pixel': operation('scale', { width: 0.5 }),
  'an unknown parameter': operation('scale', { width: 320, eval: 'frame' }),
  'a start with a filter': operation('trim', { start: '1,movie=x' }),
  'a start of a million days': operation('trim', { start: '99999999:00:00' }),
  'a start before the beginning': operation('trim', { start: -1 }),
  'a start with an exponent': operation('trim', { start: '1e3' }),
  'a start of 300 digits': operation('trim', { start: LONG }),
  'a start that is no number': operation('trim', { start: Number.NaN, duration: Number.POSITIVE_INFINITY }),
  'a start with an end of string': operation('trim', { start: '1\0' }),
  'a start in other digits': operation('trim', { start: '１' }),
  'a volume of everything': operation('volume', { level: 1e308 }),
  'a volume that is an expression': operation('volume', { level: 'sin(t)' }),
  'a rate of a million': operation('fps', { fps: 1_000_000 }),
  'a rate with a filter': operation('fps', { fps: '30,geq=while(1,1)' }),
  'a position that is a command': operation('overlay', { position: 'center;movie=x' }),
  'an offset that is an expression': operation('overlay', { x: 'W-w' }),
  'an opacity of more than all': operation('overlay', { opacity: 2 }),
  'an operation that opens files': operation('movie', { filename: '/etc/passwd' }),
  'an operation that reads text': operation('drawtext', { textfile: '/etc/passwd' }),
  'an operation that loads a library': operation('ladspa', { file: '/tmp/x.so' }),
  'an operation that listens': operation('zmq', {}),
  'an operation that computes': operation('geq', { lum: 'while(1,1)' }),
  'an operation with arguments': operation('scale=100:100,movie', {}),
  'an encoder with options': video({ codec: 'libx264 -f tee' }),
  'an encoder that is a muxer': video({ codec: 'rawvideo' }),
  'a preset with options': video({ codec: 'libx264', preset: 'medium" -vf "movie=x' }),
  'a preset that is a path': video({ codec: 'libx264', preset: '../../etc/passwd' }),
  'a quality of 1e308': video({ codec: 'libx264', crf: 1e308 }),
  'a quality that is text': video({ codec: 'libx264', crf: '23:stats=/tmp/x' }),
  'a bitrate with a command': audio({ codec: 'aac', bitrate: '128k;id' }),
  'a bitrate of less than nothing': audio({ codec: 'aac', bitrate: -1 }),
  'a bitrate of all bits': video({ codec: 'libx264', bitrate: LONG }),
  'a thousand channels': audio({ codec: 'aac', channels: 1000 }),
  'parameters for the encoder': video({ codec: 'libx264', 'x264-params': 'stats=/tmp/x' }),
  'a container that is a device': output({ destination: 'o.fbdev' }),
  'a container that is a playlist': output({ destination: 'o.m3u8' }),
  'a container that is many': output({ destination: 'o.tee' }),
  'no container at all': output({ destination: '|cat' }),
  'an id with an end of label': { ...output({}), inputs: [{ id: 'a];movie=x[b', source: 'a.mp4' }] },
  'an id with a line break': { ...output({}), inputs: [{ id: 'a\n', source: 'a.mp4' }] },
  'an operation that feeds itself': operation('trim', { start: 1 }, { input: 'o' }),
  'two results under one name': { ...output({}), inputs: [...inputs, { id: 'a', source: 'b.mp4' }] },
  'an option beside the others': { ...output({}), args: ['-f', 'tee'] },
  'an environment': { ...output({}), env: { FFREPORT: 'file=/tmp/x' } },
  'an output with a filter': output({ filter: 'movie=x' }),
  'metadata for the muxer': output({ metadata: { title: 'x' } }),
}

describe(`${Object.keys(ATTACKS).length} specs are refused before anything is read`, () => {
  for (const [what, spec] of Object.entries(ATTACKS))
    test(what, () => {
      const { graph } = validate(spec, SURROUNDINGS)
      const faults = faultsOf(spec, PROBE)
      assert.ok(faults.length > 0, 'it was taken')
      // What the media decides is told when it is known; everything else at once.
      if (graph) assert.match(faults.map(({ message }) => message).join(), /./)
      for (const { pointer, message } of faults) assert.ok(pointer.length + message.length < 1000)
    })
})

const MARKER = 'zqMARKERqz'
const poisoned = fc.tuple(
  fc.constantFrom('', '-', '=', "'", '"', ';', ',', ':', '|', '%03d', '../', '$(', '\\', '\n', 'file:', 'x.'),
  fc.constantFrom('', ' -vf movie=x', ',movie=x', "'", '.mp4', '.mp4 -f tee', '/../..', ']'),
)

test('no word of a caller is ever an argument of a tool, whatever it holds', () => {
  let taken = 0
  fc.assert(
    fc.property(poisoned, fc.nat(8), ([before, behind], place) => {
      const word = `${before}${MARKER}${behind}`
      const at = <Value>(index: number, usual: Value) => (index === place ? (word as unknown as Value) : usual)
      const spec = {
        inputs: [{ id: at(0, 'a'), source: at(1, 'a.mp4') }],
        operations: [
          {
            op: at(2, 'scale'),
            input: at(0, 'a'),
            output: at(3, 's'),
            params: { width: 320, algorithm: at(4, 'bicubic') },
          },
          { op: 'trim', input: at(3, 's'), output: at(5, 'o'), params: { start: at(6, '1') } },
        ],
        outputs: [{ id: at(5, 'o'), destination: at(7, 'o.mp4'), codec: { video: { codec: at(8, 'libx264') } } }],
      }
      if (!validate(spec, SURROUNDINGS).graph) return
      taken += 1
      const words = argsOf(spec, new Map([[at(0, 'a'), PROBES.mp4]])).flat()
      assert.ok(!words.some(argument => argument.includes(MARKER)), words.join(' '))
    }),
    { numRuns: 3000 },
  )
  assert.ok(taken > 300, `only ${taken} of the specs were taken`)
})
