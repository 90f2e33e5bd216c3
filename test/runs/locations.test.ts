// Sources are read from wherever a scheme finds them, once for as long as they do not change.
import assert from 'node:assert/strict'
import { copyFile, stat } from 'node:fs/promises'
import { test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import type { ElsewhereThere, LocationScheme } from '../../src/runs/locations/contract.ts'
import { httpScheme } from '../../src/runs/locations/http.ts'
import { openLocations } from '../../src/runs/locations/index.ts'
import { makeClip } from '../fixtures/clips.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { openHouse } from '../fixtures/house.ts'

/** A shelf of files under the scheme `far:`, that counts how often each is fetched. */
function farAway(fingerprints: 'with fingerprints' | 'without') {
  const files = new Map<string, string>()
  const fetched: string[] = []
  const scheme: LocationScheme = {
    names: ['far'],
    checkSource: location => location,
    async locate(location): Promise<ElsewhereThere> {
      const file = files.get(location)
      if (file === undefined) throw new AppError('source_missing', 'There is nothing')
      const { mtimeMs, ino, size } = await stat(file)
      const fingerprint = `${location} ${ino} ${mtimeMs} ${size}`
      return {
        kind: 'elsewhere',
        ...(fingerprints === 'with fingerprints' && { fingerprint }),
        async download(to) {
          fetched.push(location)
          await copyFile(file, to)
        },
      }
    },
  }
  return { scheme, files, fetched }
}

const spec = (source: string, height = 32) => ({
  inputs: [{ id: 'clip', source }],
  operations: [{ op: 'scale', input: 'clip', output: 'small', params: { height } }],
  outputs: [{ id: 'small', destination: `small-${height}.mp4` }],
})

test('what lies elsewhere is fetched once, read from there on, and fetched anew when it has changed', async () => {
  const far = farAway('with fingerprints')
  await using house = await openHouse(await placeEmbedded(), { schemes: [far.scheme] })
  await house.work()
  far.files.set('far:a', await makeClip(house.uploads, { name: 'a.mp4' }))
  const first = await house.run(spec('far:a'))
  assert.equal(first.status, 'completed', JSON.stringify(first.error))
  assert.equal((await house.run(spec('far:a', 48))).status, 'completed')
  assert.deepEqual(far.fetched, ['far:a'])
  far.files.set('far:a', await makeClip(house.uploads, { name: 'b.mp4', toneHz: 880 }))
  assert.equal((await house.run(spec('far:a', 40))).status, 'completed')
  assert.deepEqual(far.fetched, ['far:a', 'far:a'])
  assert.deepEqual(await house.leftovers(), [])
})

test('another worker, whose cache is empty, fetches for itself; what has changed by then fails the run', async () => {
  const far = farAway('with fingerprints')
  const place = await placeEmbedded()
  const clip = await makeClip(place.directory, { name: 'far.mp4' })
  far.files.set('far:a', clip)
  {
    await using house = await openHouse(place, { schemes: [far.scheme] })
    await house.work()
    assert.equal((await house.run(spec('far:a'))).status, 'completed')
  }
  await using other = await openHouse(place, { name: 'other', schemes: [far.scheme] })
  await other.work()
  assert.equal((await other.run(spec('far:a', 48))).status, 'completed')
  assert.deepEqual(far.fetched, ['far:a', 'far:a'])
})

test('where nothing tells whether it has changed, it is fetched by every run', async () => {
  const far = farAway('without')
  await using house = await openHouse(await placeEmbedded(), { schemes: [far.scheme] })
  await house.work()
  far.files.set('far:a', await makeClip(house.uploads, { name: 'a.mp4' }))
  for (const height of [32, 48]) assert.equal((await house.run(spec('far:a', height))).status, 'completed')
  assert.deepEqual(far.fetched, ['far:a', 'far:a'])
})

test('an output of an earlier run is a source for its owner, and for nobody else', async () => {
  await using house = await openHouse(await placeEmbedded())
  await house.work()
  await makeClip(house.uploads, { name: 'a.mp4' })
  const { id } = await house.run(spec('a.mp4'), 'ann')
  const again = await house.run(spec(`run://${id}/small`, 16), 'ann')
  assert.equal(again.status, 'completed', JSON.stringify(again.error))
  const [video] = again.outputs[0]?.streams ?? []
  assert.equal(video?.kind === 'video' && video.heightPx, 16)
  for (const source of [`run://${id}/other`, 'run://job_nothing/small'])
    assert.equal((await house.run(spec(source), 'ann')).error?.code, 'source_missing')
  const stranger = await house.run(spec(`run://${id}/small`), 'eve')
  assert.equal(stranger.error?.code, 'source_missing')
})

test('a scheme that nobody knows is told with those that there are', () => {
  const locations = openLocations([farAway('without').scheme])
  assert.throws(() => locations.check('source', 'gopher://x'), { code: 'location_refused', message: /far:/ })
  assert.throws(() => locations.check('destination', 'far:a'), { message: /nothing can be written to far:$/ })
})

test('what is remembered of a URL is neither long nor secret, and of no other URL', async () => {
  const inspected = { fingerprint: 'tag', sizeBytes: 1, acceptsRanges: false, finalUrl: '' }
  const called = async () => assert.fail('nothing is to be called')
  const scheme = httpScheme({ check: url => url, inspect: async () => inspected, download: called, post: called })
  const remembered = async (url: string) => {
    const there = await scheme.locate(url, 'ann')
    return there.kind === 'elsewhere' ? there.fingerprint : undefined
  }
  const long = `https://example.com/${'%C3%BC'.repeat(2000)}?signature=secret`
  assert.match((await remembered(long)) ?? '', /^[0-9a-f]{64}$/)
  assert.equal(await remembered(long), await remembered(long))
  assert.notEqual(await remembered(long), await remembered(`${long}2`))
})
