// validate: every fault of a spec is told at its exact place, all in one answer, with what would be right.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { validate } from '../../src/engine/validate.ts'
import { CAPABILITIES, faultsOf, SURROUNDINGS } from './spec-plan.ts'

const INPUT = { id: 'a', source: 'a.mp4' }
const TRIM = { op: 'trim', input: 'a', output: 't', params: { start: 1 } }
const OUTPUT = { id: 't', destination: 'o.mp4' }
const SPEC = { inputs: [INPUT], operations: [TRIM], outputs: [OUTPUT] }

const withInput = (change: object) => ({ ...SPEC, inputs: [{ ...INPUT, ...change }] })
const withOperation = (change: object) => ({ ...SPEC, operations: [{ ...TRIM, ...change }] })
const withParams = (op: string, params: unknown) => withOperation({ op, params })
const withOutput = (change: object) => ({ ...SPEC, outputs: [{ ...OUTPUT, ...change }] })
const withVideo = (video: unknown, destination = 'o.mp4') => withOutput({ destination, codec: { video } })
const withAudio = (audio: unknown, destination = 'o.mp4') => withOutput({ destination, codec: { audio } })

const ID = 'must be 1 to 64 letters, digits, ".", "_" or "-"'
const BITRATE = 'must be bits per second: 128000, "128k" or "2.5M"'
const ENDINGS = 'must end in one of .mp4, .m4v, .mov, .mkv, .webm, .ts, .m4a, .mp3, .aac, .wav, .flac, .ogg, .opus'
const X264_PRESETS = 'must be one of ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow'

const FAULTS: readonly (readonly [what: string, spec: unknown, pointer: string, message: string])[] = [
  ['no object', 'trim it', '', 'must be an object'],
  ['nothing', undefined, '', 'is missing (an object)'],
  ['no inputs', { operations: [], outputs: [OUTPUT] }, '/inputs', 'is missing (an array)'],
  ['an empty list of inputs', { ...SPEC, inputs: [] }, '/inputs', 'must name at least one source'],
  ['no outputs', { ...SPEC, outputs: [] }, '/outputs', 'must name at least one output'],
  ['operations that are no list', { ...SPEC, operations: {} }, '/operations', 'must be an array'],
  ['too many inputs', { ...SPEC, inputs: Array(33).fill(INPUT) }, '/inputs', 'at most 32 inputs'],
  ['too many operations', { ...SPEC, operations: Array(10_000).fill(TRIM) }, '/operations', 'at most 128 operations'],
  ['too many outputs', { ...SPEC, outputs: Array(33).fill(OUTPUT) }, '/outputs', 'at most 32 outputs'],
  ['a misspelt member', { ...SPEC, output: [] }, '/output', 'is not known: did you mean "outputs"?'],
  [
    'a foreign member',
    { ...SPEC, 'on/error~': 1 },
    '/on~1error~0',
    'is not known: the members here are "inputs", "operations", "outputs"',
  ],

  ['an input that is no object', { ...SPEC, inputs: [INPUT, 'b.mp4'] }, '/inputs/1', 'must be an object'],
  ['an input without a source', withInput({ source: undefined }), '/inputs/0/source', 'is missing (a string)'],
  ['an empty source', withInput({ source: '' }), '/inputs/0/source', 'must not be empty'],
  ['a huge source', withInput({ source: 'x'.repeat(1e6) }), '/inputs/0/source', 'must have at most 2048 characters'],
  ['an id with a space', { ...SPEC, inputs: [INPUT, { id: 'b c', source: 'b' }] }, '/inputs/1/id', ID],
  ['an id with a NUL', { ...SPEC, inputs: [INPUT, { id: 'b\0', source: 'b' }] }, '/inputs/1/id', ID],
  [
    'two inputs of one name',
    { ...SPEC, inputs: [INPUT, INPUT] },
    '/inputs/1/id',
    '"a" is taken by /inputs/0: give it a name of its own',
  ],
  [
    'an operation that takes the name of an input',
    { ...SPEC, operations: [TRIM, { ...TRIM, output: 'a' }] },
    '/operations/1/output',
    '"a" is taken by /inputs/0: give it a name of its own',
  ],

  [
    'an unknown operation',
    withOperation({ op: 'scal' }),
    '/operations/0/op',
    'there is no operation "scal": did you mean "scale"?',
  ],
  [
    'an operation nobody knows',
    withOperation({ op: 'stabilise' }),
    '/operations/0/op',
    'there is no operation "stabilise": there is concat, fps, overlay, scale, trim, volume',
  ],
  ['no operation', withOperation({ op: undefined }), '/operations/0/op', 'is missing (a string)'],
  ['no input', withOperation({ input: undefined }), '/operations/0/input', 'trim works on one input: give its id'],
  [
    'too many inputs of a trim',
    withOperation({ input: undefined, inputs: ['a', 'a'] }),
    '/operations/0/inputs',
    'trim works on one input: give its id',
  ],
  [
    'input and inputs',
    withOperation({ inputs: ['a'] }),
    '/operations/0/inputs',
    'give either input or inputs, not both',
  ],
  [
    'one input of a concat',
    withOperation({ op: 'concat', params: {} }),
    '/operations/0/inputs',
    'concat works on 2 to 32 inputs: give their ids',
  ],
  ['a dangling input', withOperation({ input: 'aa' }), '/operations/0/input', 'there is no "aa": did you mean "a"?'],
  [
    'a dangling input among others',
    { ...SPEC, operations: [{ op: 'concat', inputs: ['a', 'elsewhere'], output: 't' }] },
    '/operations/0/inputs/1',
    'there is no "elsewhere": there is "a", "t"',
  ],
  ['an operation on itself', withOperation({ input: 't' }), '/operations/0', 'works on its own result: "t" → "t"'],
  [
    'a circle',
    {
      ...SPEC,
      operations: [
        { ...TRIM, input: 'v' },
        { ...TRIM, input: 't', output: 'u' },
        { ...TRIM, input: 'u', output: 'v' },
      ],
    },
    '/operations/0',
    'works on its own result: "t" → "v" → "u" → "t"',
  ],

  ['a destination without an ending', withOutput({ destination: 'film' }), '/outputs/0/destination', ENDINGS],
  ['a destination of another kind', withOutput({ destination: 'a.docx' }), '/outputs/0/destination', ENDINGS],
  ['a dangling output', withOutput({ id: 'tt' }), '/outputs/0/id', 'there is no "tt": did you mean "t"?'],
  [
    'two outputs into one destination',
    { ...SPEC, outputs: [OUTPUT, { ...OUTPUT, id: 'a' }] },
    '/outputs/1/destination',
    'is written by another output already: give it a name of its own',
  ],
  [
    'an unknown encoder',
    withVideo({ codec: 'libx246' }),
    '/outputs/0/codec/video/codec',
    'there is no encoder "libx246": .mp4 takes libx264, libx265, libsvtav1, libvpx-vp9 or copy; did you mean "libx264"?',
  ],
  [
    'an encoder of another medium',
    withAudio({ codec: 'h264' }),
    '/outputs/0/codec/audio/codec',
    'there is no encoder "h264": .mp4 takes aac, libmp3lame, libopus or copy',
  ],
  [
    'a codec that the container cannot carry',
    withVideo({ codec: 'h264' }, 'o.webm'),
    '/outputs/0/codec/video/codec',
    '.webm cannot carry h264: use libsvtav1, libvpx-vp9, libvpx',
  ],
  [
    'pictures in a container for sound',
    withVideo({ codec: 'h264' }, 'o.mp3'),
    '/outputs/0/codec/video',
    '.mp3 carries sound only: leave video out',
  ],
  [
    'an unknown preset',
    withVideo({ preset: 'fasst' }),
    '/outputs/0/codec/video/preset',
    `${X264_PRESETS} for libx264; did you mean "fast"?`,
  ],
  [
    'a preset where there are none',
    withVideo({ preset: 'fast' }, 'o.webm'),
    '/outputs/0/codec/video/preset',
    'libvpx-vp9 has no presets',
  ],
  ['a quality off the scale', withVideo({ crf: 52 }), '/outputs/0/codec/video/crf', 'must be from 0 to 51 for libx264'],
  [
    'quality and bitrate',
    withVideo({ crf: 1, bitrate: '1M' }),
    '/outputs/0/codec/video/bitrate',
    'give either crf or bitrate',
  ],
  ['a bitrate in words', withVideo({ bitrate: 'much' }), '/outputs/0/codec/video/bitrate', BITRATE],
  ['a bitrate that is a list', withVideo({ bitrate: [] }), '/outputs/0/codec/video/bitrate', BITRATE],
  ['a bitrate of a few bits', withVideo({ bitrate: 5 }), '/outputs/0/codec/video/bitrate', 'must be from 1k to 400M'],
  [
    'an encoded copy',
    withVideo({ codec: 'copy', crf: 20 }),
    '/outputs/0/codec/video/crf',
    'a copied stream is not encoded: leave this out',
  ],
  [
    'more channels than an encoder has',
    withAudio({ codec: 'mp3', channels: 6 }),
    '/outputs/0/codec/audio/channels',
    'must be at most 2 for libmp3lame',
  ],
  [
    'a rate that an encoder does not know',
    withAudio({ codec: 'opus', sample_rate: 44_100 }),
    '/outputs/0/codec/audio/sample_rate',
    'must be one of 48000 for libopus',
  ],
  [
    'a bitrate for what is lossless',
    withAudio({ codec: 'flac', bitrate: '1M' }, 'o.flac'),
    '/outputs/0/codec/audio/bitrate',
    'flac is lossless and takes no bitrate',
  ],
  ['no codec at all', withOutput({ codec: null }), '/outputs/0/codec', 'must be an object'],
]

for (const [what, spec, pointer, message] of FAULTS)
  test(`tells of ${what}`, () => {
    assert.deepEqual(faultsOf(spec), [{ pointer, message }])
  })

test('says what else to use when the machine lacks an encoder', () => {
  const capabilities = { ...CAPABILITIES, encoders: new Set(['libx264', 'aac']) }
  const { faults } = validate(withVideo({ codec: 'hevc' }), { ...SURROUNDINGS, capabilities })
  const message = "this machine's ffmpeg has no libx265: use libx264"
  assert.deepEqual(faults, [{ pointer: '/outputs/0/codec/video/codec', message }])
})

test('tells why a location may not be used, and compares destinations by their one spelling', () => {
  const checkLocation = (use: string, location: string) =>
    location.includes('..') ? { refusal: `no such ${use}` } : { location: location.toLowerCase() }
  const around = { ...SURROUNDINGS, checkLocation }
  const outputs = [OUTPUT, { ...OUTPUT, destination: 'O.MP4' }, { ...OUTPUT, destination: '../o.mp4' }]
  assert.deepEqual(validate({ ...withInput({ source: '../a' }), outputs }, around).faults, [
    { pointer: '/inputs/0/source', message: 'no such source' },
    { pointer: '/outputs/1/destination', message: 'is written by another output already: give it a name of its own' },
    { pointer: '/outputs/2/destination', message: 'no such destination' },
  ])
})

test('an output may not be written over a source of the same job', () => {
  // As mounts do: a bare source is looked for in /uploads first, a bare destination lands in /output.
  const checkLocation = (use: string, location: string) => ({
    location: location.includes(':') ? location : `file:///${use === 'source' ? 'uploads' : 'output'}/${location}`,
  })
  const faults = (source: string, destination: string) =>
    validate(
      { ...withInput({ source }), outputs: [{ ...OUTPUT, destination }] },
      { ...SURROUNDINGS, checkLocation },
    ).faults.map(({ pointer, message }) => `${pointer} ${message}`)
  const fault = ['/outputs/0/destination is a source of this very job: give the output a name of its own']
  assert.deepEqual(faults('x.mp4', 'x.mp4'), [])
  assert.deepEqual(faults('x.mp4', 'file:///uploads/y.mp4'), [])
  assert.deepEqual(faults('x.mp4', 'file:///uploads/x.mp4'), fault)
  assert.deepEqual(faults('file:///output/x.mp4', 'x.mp4'), fault)
})

test('tells all faults in one answer, in the order of the spec', () => {
  const spec = {
    inputs: [{ id: 'a', source: '' }, INPUT],
    operations: [
      { op: 'trm', input: 'b!', params: { start: 'x' } },
      { op: 'scale', input: 'a', output: 's', params: { width: 33, fit: 'x' }, extra: 1 },
    ],
    outputs: [
      { id: 's', destination: 'o.xyz', codec: { video: { bitrate: 'x' } } },
      { id: '', destination: 'o.mp4', codec: { audio: { codec: 'vorbis' } } },
    ],
    comment: 'none of this is right',
  }
  assert.deepEqual(
    faultsOf(spec).map(({ pointer }) => pointer),
    [
      '/comment',
      '/inputs/0/source',
      '/inputs/1/id',
      '/operations/0/input',
      '/operations/0/op',
      '/operations/0/output',
      '/operations/1/extra',
      '/operations/1/params/fit',
      '/operations/1/params/width',
      '/outputs/0/codec/video/bitrate',
      '/outputs/0/destination',
      '/outputs/1/codec/audio/codec',
      '/outputs/1/id',
    ],
  )
})

test('does not tell that an id is missing when its definition was only misspelt', () => {
  const spec = { ...SPEC, operations: [{ ...TRIM, output: 'ä' }] }
  assert.deepEqual(faultsOf(spec), [{ pointer: '/operations/0/output', message: ID }])
})

test('reads every way of writing a time into microseconds', () => {
  for (const start of ['00:01:30.5', '1:30.5', 90.5, '90.5', '90.5s', 'PT1M30.5S']) {
    const { graph } = validate(withParams('trim', { start }), SURROUNDINGS)
    assert.deepEqual(graph?.operations[0]?.params, { start: 90_500_000 })
  }
})

test('leaves out what no output needs, and warns', () => {
  const unused = { id: 'b', source: 'b.mp4' }
  const spec = { ...SPEC, inputs: [INPUT, unused], operations: [TRIM, { ...TRIM, output: 'dead' }] }
  const { graph, warnings } = validate(spec, SURROUNDINGS)
  assert.deepEqual(graph?.inputs, [INPUT])
  assert.deepEqual(
    graph?.operations.map(({ output }) => output),
    ['t'],
  )
  assert.deepEqual(warnings, [
    { pointer: '/inputs/1', message: 'no output uses "b": it is left out' },
    { pointer: '/operations/1', message: 'no output uses "dead": it is left out' },
  ])
})
