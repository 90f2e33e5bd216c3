// operations: every operation of the shelf keeps the contract; a new one is added here with an example.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '../../src/engine/operations/index.ts'
import { type Example, operationContract } from '../contracts/operations.ts'
import { PROBES } from '../fixtures/probes.ts'
import { faultsOf, planSpec } from './spec-plan.ts'

const EXAMPLES: Readonly<Record<string, Example>> = {
  concat: { params: {}, inputs: ['mp4', 'silent'] },
  fps: { params: { fps: '30000/1001' }, inputs: ['mp4'] },
  overlay: { params: { x: 10, opacity: 0.5, start: 1, end: '00:00:02' }, inputs: ['mp4', 'logo'] },
  scale: { params: { width: 640, height: 360, fit: 'cover', algorithm: 'area' }, inputs: ['mp4'] },
  trim: { params: { start: 'PT10S', duration: 5 }, inputs: ['mp4'] },
  volume: { params: { gain_db: 3 }, inputs: ['mp4'] },
}

test('every operation has an example here', () => {
  assert.deepEqual([...operations.keys()], Object.keys(EXAMPLES))
})

for (const [name, operation] of operations) operationContract(operation, EXAMPLES[name] ?? { params: {}, inputs: [] })

const spec = (operation: object) => ({
  inputs: Object.keys(PROBES).map(id => ({ id, source: id })),
  operations: [{ output: 'made', ...operation }],
  outputs: [{ id: 'made', destination: 'made.mkv' }],
})
const probes = new Map(Object.entries(PROBES))

const IMPOSSIBLE: readonly (readonly [what: string, operation: object, pointer: string, message: string])[] = [
  [
    'a trim that starts after the end',
    { op: 'trim', input: 'silent', params: { start: 60 } },
    '/operations/0/params/start',
    'must be before the end of "silent", which is 60 s long',
  ],
  [
    'a trim of a picture',
    { op: 'trim', input: 'logo', params: { start: 1 } },
    '/operations/0/input',
    '"logo" is a picture and has no time to cut',
  ],
  [
    'a scale of sound',
    { op: 'scale', input: 'mp3', params: { width: 64 } },
    '/operations/0/input',
    '"mp3" has no picture, and this operation works on pictures',
  ],
  [
    'a side that would follow beyond all measure',
    { op: 'scale', input: 'portrait', params: { width: 8192 } },
    '/operations/0/params/width',
    'would make "portrait" 14564 pixels high, and 8192 is the most: give both sides',
  ],
  [
    'a volume of silence',
    { op: 'volume', input: 'silent', params: { level: 2 } },
    '/operations/0/input',
    '"silent" has no sound, and this operation works on sound',
  ],
  [
    'a frame rate of a picture',
    { op: 'fps', input: 'logo', params: { fps: 25 } },
    '/operations/0/input',
    '"logo" is a picture and has no frame rate',
  ],
  [
    'sound after pictures',
    { op: 'concat', inputs: ['mp4', 'mp3'] },
    '/operations/0/inputs/1',
    '"mp3" has no picture, and the first clip has',
  ],
  [
    'pictures after sound',
    { op: 'concat', inputs: ['mp3', 'mp4'] },
    '/operations/0/inputs/1',
    '"mp4" has a picture, and the first clip has none',
  ],
  [
    'a still among clips',
    { op: 'concat', inputs: ['mp4', 'logo'] },
    '/operations/0/inputs/1',
    '"logo" is a picture: it has no duration to play for',
  ],
  [
    'sound laid over a video',
    { op: 'overlay', inputs: ['mp4', 'mp3'] },
    '/operations/0/inputs/1',
    '"mp3" has no picture, and this operation works on pictures',
  ],
  [
    'a video laid over a picture',
    { op: 'overlay', inputs: ['logo', 'mp4'] },
    '/operations/0/inputs/0',
    '"logo" is a picture: the first input must be a video',
  ],
  [
    'an overlay that comes after the end',
    { op: 'overlay', inputs: ['silent', 'logo'], params: { start: 61 } },
    '/operations/0/params/start',
    'must be before the end of "silent", which is 60 s long',
  ],
  [
    'a picture as an output',
    { op: 'scale', input: 'logo', params: { width: 64 } },
    '/outputs/0/id',
    '"made" is a picture, and .mkv needs a video',
  ],
]

for (const [what, operation, pointer, message] of IMPOSSIBLE)
  test(`tells of ${what} once the media is known`, () => {
    assert.deepEqual(faultsOf(spec(operation), probes), [{ pointer, message }])
  })

const OUTPUTS: readonly (readonly [what: string, output: object, pointer: string, message: string])[] = [
  [
    'sound of a silent video',
    { id: 'silent', destination: 'o.mp3' },
    '/outputs/0/id',
    '"silent" has no sound, and .mp3 carries sound only',
  ],
  [
    'a copy that the container cannot carry',
    { id: 'webm', destination: 'o.ts', codec: { video: { codec: 'copy' } } },
    '/outputs/0/codec/video/codec',
    'cannot be copied, because .ts cannot carry vp9: name an encoder',
  ],
  [
    'a copy that would lie on its side',
    { id: 'portrait', destination: 'o.mkv', codec: { video: { codec: 'copy' } } },
    '/outputs/0/codec/video/codec',
    'cannot be copied, because it lies on its side, and .mkv cannot say so: name an encoder',
  ],
  [
    'a copy of sound that the container cannot carry',
    { id: 'surround', destination: 'o.mp4', codec: { audio: { codec: 'copy' } } },
    '/outputs/0/codec/audio/codec',
    'cannot be copied, because .mp4 cannot carry dts: name an encoder',
  ],
]

for (const [what, output, pointer, message] of OUTPUTS)
  test(`tells of ${what} once the media is known`, () => {
    assert.deepEqual(faultsOf({ ...spec({}), operations: [], outputs: [output] }, probes), [{ pointer, message }])
  })

test('a fault is told once, not again by everything that needs what it spoils', () => {
  const operations = [
    { op: 'volume', input: 'silent', output: 'loud', params: { level: 2 } },
    { op: 'scale', input: 'loud', output: 'small', params: { width: 64 } },
  ]
  const faults = faultsOf({ ...spec({}), operations, outputs: [{ id: 'small', destination: 'o.mp4' }] }, probes)
  assert.deepEqual(
    faults.map(({ pointer }) => pointer),
    ['/operations/0/input'],
  )
})

test('a frame that only a giant could cover is a fault', () => {
  const operations = [
    { op: 'scale', input: 'mp4', output: 'ribbon', params: { width: 640, height: 16, fit: 'stretch' } },
    { op: 'scale', input: 'ribbon', output: 'made', params: { width: 16, height: 640, fit: 'cover' } },
  ]
  assert.deepEqual(faultsOf({ ...spec({}), operations }, probes), [
    { pointer: '/operations/1/params/fit', message: 'cannot cover such a frame with the shape of "ribbon": use pad' },
  ])
})

test('a changed stream cannot be copied, and the output says so', () => {
  const operation = { op: 'scale', input: 'mp4', output: 'made', params: { width: 64 } }
  const codec = { video: { codec: 'copy' }, audio: { codec: 'copy' } }
  const outputs = [{ id: 'made', destination: 'o.mp4', codec }]
  assert.deepEqual(faultsOf({ ...spec(operation), outputs }, probes), [
    {
      pointer: '/outputs/0/codec/video/codec',
      message: 'cannot be copied, because an operation changes the picture: name an encoder',
    },
  ])
})

test('a part in which one stream is silent keeps the other, and warns', () => {
  const operation = { op: 'trim', input: 'late', output: 'made', params: { duration: 0.4 } }
  const { plan, warnings } = planSpec(
    { ...spec(operation), inputs: [{ id: 'late', source: 'late' }] },
    new Map([['late', PROBES.late]]),
  )
  assert.equal(plan.outputs[0]?.audio, undefined)
  assert.deepEqual(warnings, [
    { pointer: '/operations/0', message: '"late" has no sound in the part that starts at 0 s' },
  ])
})
