// capabilities: what this ffmpeg says of itself, as sets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCapabilities } from '../../src/ffmpeg/capabilities.ts'
import { habitsOf } from '../../src/ffmpeg/versions.ts'
import { processes } from './processes.ts'

test('the things that every ffmpeg can do are found, and no legend is taken for one', async () => {
  const { version, habits, ...sets } = await readCapabilities(processes)
  assert.match(version, /^[\dNn]/)
  assert.deepEqual(habits, habitsOf(version))
  for (const [set, name] of [
    [sets.encoders, 'aac'],
    [sets.encoders, 'png'],
    [sets.decoders, 'h264'],
    [sets.decoders, 'mp3float'],
    [sets.filters, 'scale'],
    [sets.filters, 'concat'],
    [sets.filters, 'anullsrc'],
    [sets.muxers, 'mp4'],
    [sets.muxers, 'matroska'],
  ] as const)
    assert.ok(set.has(name), name)
  for (const set of Object.values(sets)) for (const name of set) assert.match(name, /^[\w.-]+$/)
})
