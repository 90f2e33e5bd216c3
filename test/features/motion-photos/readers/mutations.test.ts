// mutations: good photos with any bytes changed, cut out or doubled; no reader throws, and no clip is outside the file.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inspect } from '../../../../src/features/motion-photos/inspection.ts'
import { readXml } from '../../../../src/features/motion-photos/readers/xml.ts'
import { bytesSource, googlePhoto, heicPhoto, samsungPhoto, xmp } from './samples.ts'

const PHOTOS = { google: googlePhoto(), samsung: samsungPhoto(), heic: heicPhoto() }

const place = fc.double({ min: 0, max: 1, noNaN: true })
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: place, value: fc.uint8Array({ minLength: 1, maxLength: 8 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place, count: fc.nat(500) }),
  fc.record({ kind: fc.constant('double' as const), at: place, count: fc.nat(500) }),
  fc.record({ kind: fc.constant('end' as const), at: place }),
)
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never

for (const [name, photo] of Object.entries(PHOTOS))
  test(`no mutation of a ${name} photo is more than a verdict`, async () => {
    const check = async (mutations: readonly Mutation[]) => {
      const bytes = mutations.reduce(mutate, photo)
      const found = await inspect(bytesSource(bytes))
      for (const range of [found?.still, ...Object.values(found?.verdicts ?? {}).map(({ clip }) => clip)])
        if (range) assert.ok(range.offset >= 0 && range.length > 0 && range.offset + range.length <= bytes.length)
      for (const { found: isFound, clip } of Object.values(found?.verdicts ?? {}))
        assert.equal(isFound, clip !== undefined)
    }
    await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 6 }), check), { numRuns: 400 })
  })

test('any text is XML or a fault', () => {
  const text = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom('<', '>', '</', '/>', '&', '"', '=', ' ', 'a', '<!--', '<?', ']]>'))
      .map(parts => parts.join('')),
  )
  fc.assert(fc.property(text, given => 'root' in readXml(given) || 'fault' in readXml(given)))
  fc.assert(
    fc.property(
      text,
      given => 'root' in readXml(xmp({ elements: given })) || 'fault' in readXml(xmp({ elements: given })),
    ),
  )
})

// Half of the changes are made to the beginning and the end, where everything is told.
function mutate(bytes: Buffer, change: Mutation): Buffer {
  const at = placeIn(bytes.length, change.at)
  const [before, rest] = [bytes.subarray(0, at), bytes.subarray(at)]
  if (change.kind === 'end') return before
  if (change.kind === 'cut') return Buffer.concat([before, rest.subarray(change.count)])
  if (change.kind === 'double') return Buffer.concat([before, rest.subarray(0, change.count), rest])
  return Buffer.concat([before, change.value, rest.subarray(change.value.length)])
}

function placeIn(length: number, at: number): number {
  if (at < 0.4) return Math.floor((at / 0.4) * Math.min(length, 2500))
  if (at < 0.6) return length - Math.floor(((at - 0.4) / 0.2) * Math.min(length, 100))
  return Math.floor(((at - 0.6) / 0.4) * length)
}
