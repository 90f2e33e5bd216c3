// source-limits: what is too much about a source, and what is not.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AudioStream, Probe, VideoStream } from '../../src/engine/probe.ts'
import { excessOf } from '../../src/engine/source-limits.ts'
import { PROBES } from '../fixtures/probes.ts'

const LIMITS = { seconds: 3600, pixels: 7680 * 4320 }
const { video = assert.fail(), audio = assert.fail() } = PROBES.mp4
const pictured = (more: Partial<VideoStream>): Probe => ({ ...PROBES.mp4, video: { ...video, ...more } })
const sounding = (more: Partial<AudioStream>): Probe => ({ ...PROBES.mp4, audio: { ...audio, ...more } })

const CASES: readonly (readonly [what: string, source: Probe, excess: RegExp | undefined])[] = [
  ['a clip', PROBES.mp4, undefined],
  ['an hour', { ...PROBES.mp4, durationUs: 3600e6 }, undefined],
  ['more than an hour', { ...PROBES.mp4, durationUs: 3600e6 + 1e5 }, /3600 s are the most/],
  ['8K', pictured({ widthPx: 7680, heightPx: 4320 }), undefined],
  ['a line more', pictured({ widthPx: 7680, heightPx: 4321 }), /7680x4321, and 33177600 pixels in all are the most/],
  ['a long strip', pictured({ widthPx: 16_385, heightPx: 2 }), /16384 pixels a side/],
  ['a pixel', pictured({ widthPx: 1, heightPx: 1 }), undefined],
  ['16 channels', sounding({ channels: 16 }), undefined],
  ['17 channels', sounding({ channels: 17 }), /17 channels/],
  ['sound at 768 kHz', sounding({ sampleRateHz: 768_000 }), undefined],
  ['sound at 769 kHz', sounding({ sampleRateHz: 769_000 }), /769000 samples a second/],
  ['a picture', PROBES.logo, undefined],
]

for (const [what, source, excess] of CASES)
  test(`${what} is ${excess ? 'too much' : 'fine'}`, () => {
    const found = excessOf(source, LIMITS)
    if (excess) assert.match(found ?? '', excess)
    else assert.equal(found, undefined)
  })
