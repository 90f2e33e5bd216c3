// bitrates: what is wrong for every source is a fault at once; what is wrong for this one is mended, and told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Probe } from '../../src/engine/probe.ts'
import { PROBES } from '../fixtures/probes.ts'
import { faultsOf, planSpec } from './spec-plan.ts'

const sound = { index: 0, codec: 'pcm_s16le', startUs: 0, durationUs: 60_000_000 }
const SPEECH = new Map<string, Probe>([
  ['speech', { ...PROBES.wav, audio: { ...sound, sampleRateHz: 16_000, channels: 1 } }],
  ['six', { ...PROBES.wav, audio: { ...sound, sampleRateHz: 48_000, channels: 6 } }],
])

const BITRATES: readonly (readonly [name: string, codec: object, bitrateBps: number, warning: string])[] = [
  ['speech.m4a', { bitrate: '128k' }, 96_000, '128k was lowered to 96k, the most of aac at 16000 Hz with one channel'],
  [
    'speech.mp3',
    { bitrate: '320k', channels: 2 },
    160_000,
    '320k was lowered to 160k, the most of libmp3lame at 16000 Hz with 2 channels',
  ],
  [
    'speech.ogg',
    { bitrate: 320_000 },
    160_000,
    '320k was lowered to 160k, the most of libvorbis at 32000 Hz with one channel',
  ],
  [
    'six.ogg',
    { bitrate: '96k' },
    192_000,
    '96k was raised to 192k, the least of libvorbis at 48000 Hz with 6 channels',
  ],
]

for (const [name, audio, bitrateBps, message] of BITRATES)
  test(`${name}: a bitrate that only this source cannot have becomes the nearest that it can, with a warning`, () => {
    const [id = ''] = name.split('.')
    const outputs = [{ id, destination: name, codec: { audio } }]
    const planned = planSpec({ inputs: [{ id, source: id }], operations: [], outputs }, SPEECH)
    assert.equal(planned.plan.outputs[0]?.audio?.encoding?.bitrateBps, bitrateBps)
    assert.deepEqual(planned.warnings, [{ pointer: '/outputs/0/codec/audio/bitrate', message }])
  })

const WRONG: readonly (readonly [what: string, destination: string, audio: object, message: string])[] = [
  ['', 'o.mp3', { bitrate: '400k' }, 'must be from 8k to 320k for libmp3lame'],
  [
    ' at a rate',
    'o.mp3',
    { sample_rate: 16_000, bitrate: '192k' },
    'must be from 8k to 160k for libmp3lame at 16000 Hz',
  ],
  [
    ' at a rate with so many channels',
    'o.mp4',
    { channels: 1, sample_rate: 16_000, bitrate: '128k' },
    'must be from 1k to 96k for aac at 16000 Hz with one channel',
  ],
]

for (const [what, destination, audio, message] of WRONG)
  test(`a bitrate that no source can have${what} is a fault before any source is known`, () => {
    const spec = {
      inputs: [{ id: 'a', source: 'a' }],
      operations: [],
      outputs: [{ id: 'a', destination, codec: { audio } }],
    }
    assert.deepEqual(faultsOf(spec), [{ pointer: '/outputs/0/codec/audio/bitrate', message }])
  })
