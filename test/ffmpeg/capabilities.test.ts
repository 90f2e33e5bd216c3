// capabilities: what this ffmpeg says of itself, as sets.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCapabilities } from '../../src/ffmpeg/capabilities.ts'
import { habitsOf } from '../../src/ffmpeg/versions.ts'
import { processes } from './processes.ts'

test('the things that every ffmpeg can do are found, and no legend is taken for one', async () => {
  const { version, habits, encoders, decoders, filters } = await readCapabilities(processes)
  assert.match(version, /^[\dNn]/)
  assert.deepEqual(habits, habitsOf(version))
  for (const [set, name] of [
    [encoders, 'aac'],
    [encoders, 'png'],
    [decoders, 'h264'],
    [decoders, 'mp3float'],
    [filters, 'scale'],
    [filters, 'concat'],
    [filters, 'anullsrc'],
  ] as const)
    assert.ok(set.has(name), name)
  for (const set of [encoders, decoders, filters]) for (const name of set) assert.match(name, /^[\w.-]+$/)
})

for (const [kind, question] of [
  ['encoders', '-encoders'],
  ['decoders', '-decoders'],
] as const)
  test(`all ${kind} are found that ffmpeg lists by themselves`, async () => {
    const { stdout } = await processes.run(
      { program: 'ffmpeg', args: ['-hide_banner', question] },
      { reads: [] },
      { limits: { wallMs: 60_000 } },
    )
    const listed = [...stdout.matchAll(/^ [VAS][A-Z.]{5} ([^\s=]\S*)/gm)].map(([, name]) => name)
    assert.deepEqual([...(await readCapabilities(processes))[kind]].sort(), [...new Set(listed)].sort())
  })
