// locations: how a place is named in messages, which callers and logs see.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quote } from '../../src/storage/locations.ts'

const QUOTED: readonly (readonly [location: string, said: string])[] = [
  ['clip.mp4', '"clip.mp4"'],
  ['s3://bucket/a?b#c', '"s3://bucket/a?b#c"'],
  ['https://example.com/a.mp4?X-Amz-Signature=secret#secret', '"https://example.com/a.mp4"'],
  ['HTTPS://example.com?secret', '"HTTPS://example.com"'],
  ['https://user:secret@example.com/a@b', '"https://example.com/a@b"'],
  ['s3://key:secret@bucket/a', '"s3://bucket/a"'],
  ['https://example.com/a\n?secret\nsecret', '"https://example.com/a\\n"'],
  ['x'.repeat(101), `"${'x'.repeat(100)}…"`],
]

test('a location is quoted without credentials, and without the signature of a URL', () => {
  for (const [location, said] of QUOTED) assert.equal(quote(location), said)
})
