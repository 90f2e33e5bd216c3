// captured: when and where a clip was filmed, in all the ways in which telephones write it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capturedOf } from '../../src/ffmpeg/captured.ts'

const APPLE = 'com.apple.quicktime.creationdate'
const APPLE_PLACE = 'com.apple.quicktime.location.ISO6709'

const TOLD: readonly [tags: Record<string, string>, captured: object | undefined][] = [
  [{}, undefined],
  [{ creation_time: '2024-05-06T07:08:09.000000Z' }, { at: { local: '2024-05-06T07:08:09', offset: '+00:00' } }],
  [
    { creation_time: '2024-05-06T07:08:09Z', [APPLE]: '2024-05-06T09:08:09+0200' },
    { at: { local: '2024-05-06T09:08:09', offset: '+02:00' } },
  ],
  [{ [APPLE]: '2024-05-06T09:08:09-03:30' }, { at: { local: '2024-05-06T09:08:09', offset: '-03:30' } }],
  [{ creation_time: '1904-01-01T00:00:00Z' }, undefined],
  [{ creation_time: '1970-01-01T00:00:01Z' }, undefined],
  [{ creation_time: '2024-13-06T07:08:09Z' }, undefined],
  [{ creation_time: 'yesterday' }, undefined],
  [{ location: '+48.8577+002.2950/' }, { place: { latitude: 48.8577, longitude: 2.295 } }],
  [
    { [APPLE_PLACE]: '-33.8688-151.2093-058.250/' },
    { place: { latitude: -33.8688, longitude: -151.2093, altitudeM: -58.25 } },
  ],
  [{ location: '+48.8577+002.2950+035CRSWGS_84/' }, { place: { latitude: 48.8577, longitude: 2.295, altitudeM: 35 } }],
  [{ location: '+00.0000+000.0000/' }, undefined],
  [{ location: '+98.0000+002.2950/' }, undefined],
  [{ location: 'Paris' }, undefined],
]

for (const [tags, captured] of TOLD)
  test(`${JSON.stringify(tags)} says ${captured ? JSON.stringify(captured) : 'nothing'}`, () =>
    assert.deepEqual(capturedOf(tags), captured ? { captured } : {}))
