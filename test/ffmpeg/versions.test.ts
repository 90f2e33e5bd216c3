// versions: what is said of a version of ffmpeg that is found.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standingOf } from '../../src/ffmpeg/versions.ts'

const VERSIONS = [
  ['5.1.9-0+deb12u1', 'tested', /Debian 12/],
  ['7.1.5-0+deb13u1', 'tested', /Debian 13/],
  ['n7.1', 'tested', /Debian 13/],
  ['7.0.2', 'untried', /never tried.*5\.1 \(Debian 12\) and 7\.1 \(Debian 13\)/],
  ['5.10', 'untried', /never tried/],
  ['8.0', 'untried', /never tried/],
  ['10.0.1', 'untried', /never tried/],
  ['N-113007-g8d24a28d06', 'untried', /never tried/],
  ['2026-01-05-git-57e4a3a', 'untried', /never tried/],
  ['unknown', 'untried', /never tried/],
  ['5.0.3', 'too-old', /needs 5\.1 or later/],
  ['4.4.2-0ubuntu0.22.04.1', 'too-old', /needs 5\.1 or later/],
] as const

for (const [version, standing, sentence] of VERSIONS) {
  test(`ffmpeg ${version} is ${standing}`, () => {
    const found = standingOf(version)
    assert.equal(found.standing, standing)
    assert.match(found.sentence, sentence)
  })
}
