// service: the client of Node against the real service, and the client of browsers in a real browser.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { after, before, test } from 'node:test'
import { type BackendProgress, createBackendFFmpegClient, splitMotionPhoto } from '../../sdk/index.ts'
import { CLIP, googlePhoto } from '../features/motion-photos/readers/samples.ts'
import { openBrowser } from '../fixtures/browser.ts'
import { toolsIn, until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

const RANGE = { rangeStart: 0.5, rangeEnd: 1.5, coverTime: 1, speed: 1 }

let site: Site
let server: Server

before(async () => {
  site = await openSite()
  server = await site.start({ env: { KINORA_LIMIT_MOTION_ADDRESS: '0', KINORA_MOTION_MAX_BYTES: '3000000' } })
})
after(() => site?.close())

test('a clip becomes a photo, a thumbnail and nothing', async () => {
  const client = createBackendFFmpegClient({ backendUrl: server.studioUrl })
  await client.health()
  const path = await makeClip(site.directory, { seconds: 2, rate: 25, size: '160x120' })
  const { sessionId, previewUrl, duration } = await client.transcodeSource(await openAsBlob(path))
  assert.equal(duration, 2)
  assert.equal((await fetch(previewUrl)).headers.get('content-type'), 'video/mp4')
  const file = await client.convertToFile({ sessionId, ...RANGE })
  assert.match(file.name, /MP\.jpg$/)
  assert.equal(splitMotionPhoto(file.bytes)?.presentationUs, 500_000)
  const thumbnail = await client.createThumbnail({ sessionId, timestamp: 1 })
  assert.deepEqual([...thumbnail.subarray(0, 2)], [0xff, 0xd8])
  await client.cleanupFiles(sessionId)
  await assert.rejects(client.convertClipAndFrames({ sessionId, ...RANGE }), {
    status: 404,
    errorCode: 'INVALID_SESSION',
  })
})

test('while it works, the service says how far it is', async () => {
  const said: BackendProgress[] = []
  const client = createBackendFFmpegClient({ backendUrl: server.studioUrl, onProgress: now => said.push(now) })
  const path = await makeClip(site.directory, { name: 'told.webm', seconds: 6, size: '640x360', rate: 25 })
  const { sessionId } = await client.transcodeSource(await openAsBlob(path))
  checkAccount(said.splice(0))
  await client.convertClipAndFrames({ sessionId, rangeStart: 0, rangeEnd: 6, coverTime: 1, speed: 0.5 })
  checkAccount(said.splice(0))
})

test('a photo is looked into, and taken apart', async () => {
  const client = createBackendFFmpegClient({ backendUrl: server.studioUrl })
  const photo = new File([new Uint8Array(googlePhoto())], 'PXL_MP.jpg', { type: 'image/jpeg' })
  const { kind, isMotionPhoto, nameOk, timestampUs, video, readers } = await client.inspectPhoto(photo)
  assert.deepEqual([kind, isMotionPhoto, nameOk, timestampUs], ['motion_photo', true, true, 500_000])
  assert.deepEqual([video?.length, readers.google.works, readers.samsung.works], [CLIP.length, true, false])
  const clip = await client.extractPart(photo, 'clip')
  assert.deepEqual([clip.name, clip.type], ['PXL.mp4', 'video/mp4'])
  assert.ok(CLIP.equals(clip.bytes))
  await assert.rejects(client.inspectPhoto(new Blob(['words'])), { status: 400, errorCode: 'UNSUPPORTED_FORMAT' })
})

test('the refusals of the service have its codes', async () => {
  const client = createBackendFFmpegClient({ backendUrl: server.studioUrl, authToken: 'a wrong token' })
  await assert.rejects(client.health(), { status: 401, errorCode: 'INVALID_TOKEN' })
  const anonymous = createBackendFFmpegClient({ backendUrl: server.studioUrl })
  await assert.rejects(anonymous.transcodeSource(new Blob(['no clip'])), {
    status: 400,
    errorCode: 'UNSUPPORTED_FORMAT',
  })
  const large = new Blob([new Uint8Array(3_500_000)])
  await assert.rejects(anonymous.transcodeSource(large), { status: 413, errorCode: 'FILE_TOO_LARGE' })
})

test('aborting a conversion ends it on the server', async () => {
  const client = createBackendFFmpegClient({ backendUrl: server.studioUrl })
  const extra = ['-b:v', '700k']
  const path = await makeClip(site.directory, { name: 'long.mp4', seconds: 20, size: '640x360', rate: 25, extra })
  const { sessionId, duration } = await client.transcodeSource(await openAsBlob(path))
  const abort = new AbortController()
  const wish = { sessionId, rangeStart: 0, rangeEnd: duration, coverTime: 1, speed: 0.1 }
  const converting = assert.rejects(client.convertClipAndFrames(wish, { signal: abort.signal }), { name: 'AbortError' })
  await until(async () => (await toolsIn(site.directory)).length > 0)
  abort.abort()
  await converting
  await until(async () => (await toolsIn(site.directory)).length === 0)
})

test('a browser counts what it uploads, and gets the same answers', async t => {
  const browser = await openBrowser()
  t.after(() => browser.close())
  const page = await browser.newPage()
  await page.goto(`${server.studioUrl}/`)
  const path = await makeClip(site.directory, {
    seconds: 2,
    rate: 25,
    size: '640x360',
    extra: ['-b:v', '4M', '-minrate', '4M'],
  })
  const bytes = Buffer.from(await (await openAsBlob(path)).arrayBuffer()).toString('base64')
  const { prepared, said, made, photo } = (await page.evaluate(`(async () => {
    const { createBackendFFmpegClient } = await import(document.querySelector('link[href$="sdk/index.ts"]').href)
    const said = []
    const client = createBackendFFmpegClient({ backendUrl: location.origin, onProgress: now => said.push(now) })
    const blob = await (await fetch('data:video/mp4;base64,${bytes}').catch(() => undefined))?.blob()
      ?? new Blob([Uint8Array.from(atob('${bytes}'), one => one.charCodeAt(0))])
    const prepared = await client.transcodeSource(new File([blob], 'clip.mp4'))
    const upload = said.splice(0)
    const photo = await client.convertClipAndFrames({ sessionId: prepared.sessionId, rangeStart: 0, rangeEnd: 1, coverTime: 0.5, speed: 0.1 })
    return { prepared, said: upload, made: said, photo: photo.length }
  })()`)) as { prepared: { duration: number }; said: BackendProgress[]; made: BackendProgress[]; photo: number }
  assert.equal(prepared.duration, 2)
  assert.ok(photo > 10_000)
  const shares = said.map(({ percentage }) => percentage)
  assert.deepEqual(
    shares,
    shares.toSorted((one, other) => one - other),
  )
  assert.deepEqual([said[0]?.phase, said.at(-1)?.phase, shares.at(-1)], ['upload', 'processing', 100])
  assert.ok(said.some(({ phase, loaded = 0 }) => phase === 'upload' && loaded > 0))
  checkAccount(made)
})

/** Some of it is told before it is done, and nothing goes back. */
function checkAccount(said: readonly BackendProgress[]): void {
  const percents = said.flatMap(({ phase, phasePercentage }) => (phase === 'processing' ? (phasePercentage ?? []) : []))
  assert.ok(percents.filter(percent => percent > 0 && percent < 100).length >= 2, `${percents}`)
  assert.deepEqual(
    percents,
    percents.toSorted((one, other) => one - other),
  )
  assert.equal(said.at(-1)?.percentage, 100)
}
