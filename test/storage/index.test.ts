// A storage is chosen by the URL that names it.
import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { openStorage } from '../../src/storage/index.ts'

test('file URLs, relative ones and plain paths are directories', () => {
  assert.equal(openStorage('file:///srv/my%20media').localPath('a'), '/srv/my media/a')
  assert.equal(openStorage('file://./data').localPath('a'), resolve('data/a'))
  assert.equal(openStorage('file:data').localPath('a'), resolve('data/a'))
  assert.equal(openStorage('./data').localPath('a'), resolve('data/a'))
  assert.equal(openStorage('/srv/media').localPath('a'), '/srv/media/a')
})

test('memory: has no files, and an unknown scheme is named', () => {
  assert.equal(openStorage('memory:').localPath('a'), undefined)
  assert.throws(() => openStorage('ftp://host/x'), { code: 'config_invalid', message: /"ftp:"/ })
})
