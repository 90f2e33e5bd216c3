// parameters: what is wrong with the parameters of an operation is told at its exact place, with what would be right.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf } from './spec-plan.ts'

const withParams = (op: string, params: unknown) => specOf({ op, input: 'a', params })
const withOverlay = (params: object) => specOf({ op: 'overlay', inputs: ['a', 'a'], params })
const specOf = (operation: object) => ({
  inputs: [{ id: 'a', source: 'a.mp4' }],
  operations: [{ ...operation, output: 't' }],
  outputs: [{ id: 't', destination: 'o.mp4' }],
})

const TIME = 'must be a time: "00:01:30.5", 90.5 (seconds) or "PT1M30.5S"'
const RATE = 'frames per second from 1 to 240: 25, 29.97 or "30000/1001"'

const FAULTS: readonly (readonly [what: string, spec: unknown, pointer: string, message: string])[] = [
  ['a trim of nothing', withParams('trim', {}), '/operations/0/params', 'give start, duration or end'],
  ['parameters that are no object', withParams('trim', 5), '/operations/0/params', 'must be an object'],
  ['a negative time', withParams('trim', { start: -1 }), '/operations/0/params/start', TIME],
  ['a time in words', withParams('trim', { start: 'soon' }), '/operations/0/params/start', TIME],
  ['a time that is not a number', withParams('trim', { start: Number.NaN }), '/operations/0/params/start', TIME],
  ['a time that is a list', withParams('trim', { start: [1] }), '/operations/0/params/start', TIME],
  ['no duration', withParams('trim', { duration: 0 }), '/operations/0/params/duration', 'must be longer than nothing'],
  [
    'an end before the start',
    withParams('trim', { start: 5, end: 4 }),
    '/operations/0/params/end',
    'must be after start',
  ],
  [
    'an end and a duration',
    withParams('trim', { duration: 5, end: 4 }),
    '/operations/0/params/end',
    'give either duration or end, not both',
  ],
  [
    'a misspelt parameter',
    withParams('trim', { start: 1, durations: 4 }),
    '/operations/0/params/durations',
    'is not known: did you mean "duration"?',
  ],
  ['no size', withParams('scale', {}), '/operations/0/params', 'give width, height or both'],
  ['an odd size', withParams('scale', { width: 33 }), '/operations/0/params/width', 'must be even for video: 32 or 34'],
  ['half a pixel', withParams('scale', { width: 32.5 }), '/operations/0/params/width', 'must be a whole number'],
  ['a size in words', withParams('scale', { height: '720' }), '/operations/0/params/height', 'must be a number'],
  ['a tiny size', withParams('scale', { height: 2 }), '/operations/0/params/height', 'must be at least 16 pixels'],
  ['a huge size', withParams('scale', { height: 1e9 }), '/operations/0/params/height', 'must be at most 8192 pixels'],
  [
    'an unknown fit',
    withParams('scale', { width: 32, fit: 'contains' }),
    '/operations/0/params/fit',
    'must be one of "contain", "cover", "stretch", "pad"; did you mean "contain"?',
  ],
  ['no frame rate', withParams('fps', {}), '/operations/0/params/fps', `is missing: ${RATE}`],
  ['a frame rate of nothing', withParams('fps', { fps: 0 }), '/operations/0/params/fps', `must be ${RATE}`],
  ['too high a frame rate', withParams('fps', { fps: '1000/1' }), '/operations/0/params/fps', `must be ${RATE}`],
  ['no volume', withParams('volume', {}), '/operations/0/params', 'give either level or gain_db'],
  [
    'two volumes',
    withParams('volume', { level: 1, gain_db: 1 }),
    '/operations/0/params',
    'give either level or gain_db',
  ],
  ['too loud', withParams('volume', { level: 17 }), '/operations/0/params/level', 'must be at most 16'],
  ['too soft', withParams('volume', { gain_db: -97 }), '/operations/0/params/gain_db', 'must be at least -96'],
  ['more than opaque', withOverlay({ opacity: 2 }), '/operations/0/params/opacity', 'must be at most 1'],
  [
    'two places',
    withOverlay({ position: 'top', x: 1 }),
    '/operations/0/params/position',
    'give either position or x and y',
  ],
  ['an interval of nothing', withOverlay({ start: 2, end: 2 }), '/operations/0/params/end', 'must be after start'],
]

for (const [what, spec, pointer, message] of FAULTS)
  test(`tells of ${what}`, () => {
    assert.deepEqual(faultsOf(spec), [{ pointer, message }])
  })
