// inspect: a photo is sent, and what it is comes back, or its still, or its clip, byte for byte; nothing stays behind.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import { dialect } from '../../../src/features/motion-photos/errors.ts'
import { inspectRoutes } from '../../../src/features/motion-photos/inspect-routes.ts'
import { openProcesses } from '../../../src/process/open.ts'
import { readForms } from '../../../src/web/receive.ts'
import { openServer } from '../../../src/web/server.ts'
import { CLIP, googlePhoto, heicPhoto, ITEMS, JPEG, jpegXmp, MICRO, MOTION, samsungPhoto } from './readers/samples.ts'

const scratch = mkdtempSync(join(tmpdir(), 'kinora-inspect-'))
const services = {
  processes: await openProcesses({ sandbox: 'auto' }),
  scratch,
  maxBytes: 200_000,
  auth: 'optional' as const,
  concurrency: 3,
}
const api = await openServer(
  {
    dialect,
    async routes(api) {
      await readForms(api)
      inspectRoutes(api, services)
    },
  },
  pino({ level: 'silent' }),
)
const address = await api.listen({ host: '127.0.0.1', port: 0 })
after(async () => {
  await api.close()
  rmSync(scratch, { recursive: true, force: true })
})

// An answer can arrive a moment before its upload has gone.
afterEach(async () => {
  for (let waits = 0; readdirSync(scratch).length > 0 && waits < 200; waits++) await delay(10)
  assert.deepEqual(readdirSync(scratch), [])
})

async function send(path: string, bytes: Uint8Array, name = 'IMG_1_MP.jpg'): Promise<Response> {
  const body = new FormData()
  body.append('file', new Blob([new Uint8Array(bytes)]), name)
  return await fetch(`${address}${path}`, { method: 'POST', body })
}

test('a photo that works everywhere is described', async () => {
  const reply = await send('/inspect', googlePhoto())
  const { readers, ...rest } = (await reply.json()) as Record<string, object>
  const still = googlePhoto().length - CLIP.length
  assert.deepEqual(rest, {
    ...{ kind: 'motion_photo', is_motion_photo: true, timestamp_us: 500_000, name_ok: true, advice: [] },
    file: { name: 'IMG_1_MP.jpg', size: googlePhoto().length, mime: 'image/jpeg', width: 96, height: 64 },
    video: { offset: still, length: CLIP.length, duration: 1, width: 96, height: 64, codecs: ['h264', 'aac'] },
  })
  const working = Object.entries(readers ?? {}).flatMap(([name, { works }]) => (works ? [name] : []))
  assert.deepEqual(working, ['google', 'media3', 'microvideo', 'brute'])
})

test('a photo that works nowhere is explained, and advised upon', async () => {
  const broken = Buffer.concat([jpegXmp({ camera: MICRO(CLIP.length - 1) }), CLIP])
  const found = (await (await send('/inspect', broken, 'holiday.jpg')).json()) as {
    readonly is_motion_photo: boolean
    readonly name_ok: boolean
    readonly advice: readonly string[]
    readonly readers: { readonly microvideo: object }
  }
  assert.deepEqual([found.is_motion_photo, found.name_ok, found.advice.length], [false, false, 2])
  assert.deepEqual(found.readers.microvideo, {
    ...{ works: false, found: false },
    problems: [
      {
        level: 'error',
        message: 'No video begins where it is said to begin: there is no ftyp box; one begins 1 byte earlier',
      },
    ],
  })
})

test('nothing is advised where nothing is wrong', async () => {
  const pixel = Buffer.concat([jpegXmp({ camera: MOTION(), items: ITEMS(CLIP.length) }), CLIP])
  const photos = { 'PXL_1.MP.jpg': pixel, '20260101_120000.jpg': samsungPhoto(), 'PXL_2.MP.heic': heicPhoto() }
  for (const [name, photo] of Object.entries(photos)) {
    const { advice } = (await (await send('/inspect', photo, name)).json()) as { advice: string[] }
    assert.deepEqual(advice, [], name)
  }
})

test('a still picture is one', async () => {
  const found = (await (await send('/inspect', JPEG)).json()) as Record<string, unknown>
  assert.deepEqual([found['kind'], found['is_motion_photo'], found['video']], ['still', false, undefined])
})

test('a video that cannot be opened is told of, and does not fail the answer', async () => {
  const boxes = Buffer.from(CLIP.toString('latin1').replace(/stbl|avcC|trak/g, 'junk'), 'latin1')
  const reply = await send('/inspect', googlePhoto(boxes))
  assert.equal(reply.status, 200)
  const { video } = (await reply.json()) as { video: { codecs: string[]; error: string } }
  assert.deepEqual(video.codecs, [])
  assert.ok(video.error.length > 10 && !video.error.includes(scratch))
})

const PHOTOS = { google: googlePhoto(), samsung: samsungPhoto(), heic: heicPhoto() }
const STILL = { google: CLIP.length, samsung: CLIP.length + 24 + 32, heic: CLIP.length + 8 }

for (const [kind, photo] of Object.entries(PHOTOS) as [keyof typeof PHOTOS, Buffer][])
  test(`clip and still of a ${kind} photo come back, and the still no longer says that it moves`, async () => {
    const [ending, type] = kind === 'heic' ? ['heic', 'image/heic'] : ['jpg', 'image/jpeg']
    const clip = await send('/extract?part=clip', photo, `PXL_2.MP.${ending}`)
    assert.deepEqual(headers(clip), [200, 'video/mp4', String(CLIP.length), 'attachment; filename="PXL_2.mp4"'])
    assert.ok(Buffer.from(await clip.arrayBuffer()).equals(CLIP))
    const still = await send('/extract?part=still', photo, `PXL_2.MP.${ending}`)
    const length = photo.length - STILL[kind]
    assert.deepEqual(headers(still), [200, type, String(length), `attachment; filename="PXL_2.${ending}"`])
    const bytes = Buffer.from(await still.arrayBuffer())
    assert.doesNotMatch(bytes.toString('latin1'), /Motion|Micro/)
    assert.equal(bytes.length, length)
  })

function headers({ status, headers }: Response) {
  return [status, ...['content-type', 'content-length', 'content-disposition'].map(name => headers.get(name))]
}

test('a video that nothing tells of is no motion photo, and is still given back', async () => {
  const photo = Buffer.concat([JPEG, CLIP])
  const found = (await (await send('/inspect', photo)).json()) as Record<string, unknown>
  assert.deepEqual([found['kind'], found['is_motion_photo']], ['appended_video', false])
  assert.ok(Buffer.from(await (await send('/extract?part=clip', photo)).arrayBuffer()).equals(CLIP))
})

test('names that are paths, headers or nothing become harmless', async () => {
  const named = async (name: string) =>
    (await send('/extract?part=clip', PHOTOS.google, name)).headers.get('content-disposition')
  assert.equal(await named('../../etc/passwd'), 'attachment; filename="passwd.mp4"')
  assert.equal(await named('a";\r\nx: y/…MP.jpg'), 'attachment; filename="_.mp4"')
  assert.equal(await named('.jpg'), 'attachment; filename="photo.mp4"')
})

const REFUSED: readonly [title: string, path: string, bytes: Buffer, status: number, code: string][] = [
  ['a picture without a video', '/extract?part=clip', JPEG, 422, 'UNSUPPORTED_FORMAT'],
  ['the still of a picture without a video', '/extract?part=still', JPEG, 422, 'UNSUPPORTED_FORMAT'],
  ['a video alone', '/extract?part=clip', CLIP, 400, 'UNSUPPORTED_FORMAT'],
  ['a video alone', '/inspect', CLIP, 400, 'UNSUPPORTED_FORMAT'],
  ['a text', '/inspect', Buffer.from('hello there'), 400, 'UNSUPPORTED_FORMAT'],
  ['nothing', '/inspect', Buffer.alloc(0), 400, 'UNSUPPORTED_FORMAT'],
  ['two bytes', '/inspect', Buffer.from([0xff, 0xd8]), 400, 'UNSUPPORTED_FORMAT'],
  ['no part', '/extract', PHOTOS.google, 400, 'INVALID_PARAMETER'],
  ['a part that there is not', '/extract?part=sound', PHOTOS.google, 400, 'INVALID_PARAMETER'],
  ['too much', '/inspect', Buffer.concat([JPEG, Buffer.alloc(300_000)]), 413, 'FILE_TOO_LARGE'],
]

for (const [title, path, bytes, status, code] of REFUSED)
  test(`${path} refuses ${title}`, async () => {
    const reply = await send(path, bytes)
    const body = (await reply.json()) as Record<string, string>
    assert.deepEqual(
      [reply.status, body['error_code'], Object.keys(body)],
      [status, code, ['detail', 'error_code', 'timestamp']],
    )
  })

test('a form without a file is refused', async () => {
  const body = new FormData()
  body.append('part', 'clip')
  const reply = await fetch(`${address}/inspect`, { method: 'POST', body })
  assert.equal(reply.status, 400)
  assert.equal(((await reply.json()) as Record<string, string>)['detail'], 'file is missing: send a photo')
})

test('whoever hangs up in the middle of a download leaves nothing behind', async () => {
  const reply = await send('/extract?part=clip', PHOTOS.google)
  await reply.body?.cancel()
  assert.equal(reply.status, 200)
})
