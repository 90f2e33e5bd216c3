// uploads.test: a cover that is not read here is refused in words that say what would be.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictureRules } from '../../../src/features/motion-photos/uploads.ts'
import { box } from './readers/samples.ts'

for (const brand of ['heic', 'heix', 'mif1', 'avif'])
  test(`a cover of the brand ${brand} is named, and told what to send in its place`, () => {
    const { check } = pictureRules(1000)
    const head = Buffer.concat([box('ftyp', brand, '\0\0\0\0', 'mif1'), box('meta', '\0\0\0\0')])
    assert.throws(() => check?.(head), { code: 'upload_unsupported', message: /HEIC or AVIF.*JPEG, PNG or WebP/ })
  })
