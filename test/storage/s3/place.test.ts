// One object has one spelling, and a spelling that could mean two things is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseS3Location, parseS3Root, printS3Location } from '../../../src/storage/s3/place.ts'
import { s3Rules } from '../../../src/storage/s3/rules.ts'

const GOOD: readonly (readonly [location: string, bucket: string, key: string])[] = [
  ['s3://my-bucket/videos/input.mp4', 'my-bucket', 'videos/input.mp4'],
  ['S3://my.bucket.1/a', 'my.bucket.1', 'a'],
  ['s3://abc/clip #1?.mp4', 'abc', 'clip #1?.mp4'],
  ['s3://abc/100%25.mp4', 'abc', '100%25.mp4'],
  ['s3://abc/%2e%2e/x', 'abc', '%2e%2e/x'],
  ['s3://abc/ü/日本.mp4', 'abc', 'ü/日本.mp4'],
  ['s3://abc/..a/b..', 'abc', '..a/b..'],
  [`s3://abc/${'x'.repeat(1024)}`, 'abc', 'x'.repeat(1024)],
]

const BAD = [
  's3://bucket/s3://other/key',
  's3:',
  's3://',
  's3:///key',
  's3://bucket',
  's3://bucket/',
  's3:/bucket/key',
  's3:bucket/key',
  's3:\\\\bucket\\key',
  'https://bucket.s3.amazonaws.com/key',
  's3://ab/key',
  `s3://${'b'.repeat(64)}/key`,
  's3://Bucket/key',
  's3://buck_et/key',
  's3://bucket-/key',
  's3://.bucket/key',
  's3://buc..ket/key',
  's3://127.0.0.1/key',
  's3://localhost:9000/key',
  's3://user:secret@bucket/key',
  's3://arn:aws:s3:us-east-1:1:accesspoint/key',
  's3://reports-xyz-s3alias/key',
  's3://reports--ol-s3/key',
  's3://bucket?x/key',
  's3://buck%65t/key',
  's3://bucket/folder/',
  's3://bucket//key',
  's3://bucket/a//b',
  's3://bucket/./key',
  's3://bucket/../key',
  's3://bucket/a/../key',
  's3://bucket/a/..',
  's3://bucket/a\\b',
  's3://bucket/a\0b',
  's3://bucket/a\nb',
  's3://bucket/a\u0085b',
  's3://bucket/a\ud800b',
  ` s3://bucket/key`,
  `s3://bucket/${'ü'.repeat(513)}`,
]

test('everything after the bucket is the key, letter for letter, and is printed as it was read', () => {
  for (const [location, bucket, key] of GOOD) {
    assert.deepEqual(parseS3Location(location), { bucket, key })
    assert.equal(printS3Location({ bucket, key }), location.replace(/^S3/, 's3'))
  }
})

for (const location of BAD)
  test(`${JSON.stringify(location.slice(0, 60))} is refused`, () => {
    assert.throws(() => parseS3Location(location), { code: 'location_refused' })
  })

test('a root is a bucket, or a folder in it', () => {
  assert.deepEqual(parseS3Root('s3://bucket'), { bucket: 'bucket', key: '' })
  assert.deepEqual(parseS3Root('s3://bucket/'), { bucket: 'bucket', key: '' })
  assert.deepEqual(parseS3Root('s3://bucket/a/b'), { bucket: 'bucket', key: 'a/b/' })
  assert.deepEqual(parseS3Root('s3://bucket/a/b/'), { bucket: 'bucket', key: 'a/b/' })
})

test("nobody reaches Kinora's own objects, even where the list allows them", () => {
  const rules = s3Rules({ allow: ['shared', 's3://other/in'], own: 's3://shared/kinora' })
  for (const location of ['s3://shared/kinora/artifacts/3f/3f9a', 's3://shared/kinora'])
    assert.throws(() => rules(location), { code: 'location_refused', message: /its own objects/ })
  assert.deepEqual(rules('s3://shared/kinora-clips/a'), { bucket: 'shared', key: 'kinora-clips/a' })
  const whole = s3Rules({ own: 's3://shared' })
  assert.throws(() => whole('s3://shared/anything'), { code: 'location_refused' })
  assert.deepEqual(whole('s3://elsewhere/a'), { bucket: 'elsewhere', key: 'a' })
})

test('the list allows buckets and folders, not whatever begins with the same letters', () => {
  const rules = s3Rules({ allow: ['media', 'other/in'], own: '/srv/objects' })
  for (const location of ['s3://media/a', 's3://other/in/a', 's3://other/in/b/c']) rules(location)
  for (const location of ['s3://media2/a', 's3://other/a', 's3://other/inner/a', 's3://other/In/a'])
    assert.throws(() => rules(location), { code: 'location_refused', message: /KINORA_S3_ALLOW/ }, location)
  assert.throws(() => s3Rules({ allow: [] })('s3://media/a'), { code: 'location_refused' })
  assert.throws(() => s3Rules({ allow: ['UPPER'] }), { code: 'config_invalid', message: /^KINORA_S3_ALLOW: / })
})
