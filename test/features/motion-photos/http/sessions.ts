// sessions: a clip is uploaded, watched, made into things and cleaned up, over HTTP, by those whose it is.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { sql } from 'kysely'
import type { House } from '../../../fixtures/house.ts'
import { gate, part } from '../../../fixtures/steps.ts'
import { clipOf, openStudio, publish, RANGE } from './open-door.ts'

const ANN = { authorization: 'Bearer ann-token' }
const BEN = { authorization: 'Bearer ben-token' }

export function sessions(house: () => House): void {
  test('a clip becomes a session with a preview that players can seek in', async () => {
    await using studio = await openStudio(house())
    const reply = await studio.prepare(clipOf('seek'))
    assert.equal(reply.status, 200, String(reply.bytes))
    const { session_id: id, preview_url: url, duration } = reply.json()
    assert.equal(url, `${studio.url}/preview/${id}.mp4`)
    assert.equal(duration, 10)
    const whole = await studio.send('GET', `/preview/${id}.mp4`)
    assert.deepEqual([whole.status, whole.headers.get('content-type')], [200, 'video/mp4'])
    assert.equal(whole.headers.get('cross-origin-resource-policy'), 'cross-origin')
    const some = await studio.send('GET', `/preview/${id}.mp4`, { headers: { range: 'bytes=3-6' } })
    assert.deepEqual([some.status, String(some.bytes)], [206, String(whole.bytes).slice(3, 7)])
    const head = await studio.send('HEAD', `/preview/${id}.mp4`)
    assert.equal(head.headers.get('content-length'), String(whole.bytes.length))
    const etag = whole.headers.get('etag') ?? ''
    const known = await studio.send('GET', `/preview/${id}.mp4`, { headers: { 'if-none-match': etag } })
    assert.deepEqual([known.status, known.bytes.length], [304, 0])
    const beyond = await studio.send('GET', `/preview/${id}.mp4`, { headers: { range: 'bytes=99999-' } })
    assert.deepEqual([beyond.status, beyond.headers.get('content-range')], [416, `bytes */${whole.bytes.length}`])
    assert.equal(beyond.json()['error_code'], 'INVALID_PARAMETER')
  })

  test('photos and thumbnails are made as they were asked for', async () => {
    await using studio = await openStudio(house())
    const id = await studio.session()
    const photo = await studio.form('/convert', { session_id: id, ...RANGE })
    assert.equal(photo.status, 200, String(photo.bytes))
    assert.equal(photo.headers.get('content-type'), 'image/jpeg')
    assert.match(photo.headers.get('content-disposition') ?? '', /^attachment; filename="IMG_\d{8}_\d{6}_MP\.jpg"$/)
    const [, params] = photo.json() as unknown as [string, Record<string, unknown>]
    const { source, ...asked } = params
    assert.match(String(source), /^[0-9a-f]{64}$/)
    const usual = { layout: 'google', format: 'motion_photo', sound: 'kept' }
    assert.deepEqual(asked, { startUs: 0, endUs: 5_000_000, coverUs: 2_500_000, speed: 1.5, ...usual })
    const thumbnail = await studio.post('/thumbnail', { session_id: id, timestamp: 2.5 })
    assert.deepEqual([thumbnail.status, thumbnail.headers.get('content-type')], [200, 'image/jpeg'])
    assert.deepEqual(thumbnail.json(), ['motion.thumbnail', { source, atUs: 2_500_000 }])
  })

  test('what had been made before and goes in this very moment is made again', async () => {
    await using studio = await openStudio(house())
    const id = await studio.session()
    let made = 0
    house().play(
      part('motion.thumbnail', async context => {
        const outcome = await publish(house(), context, 'thumbnail', `picture ${++made}`)
        // As somebody who cleans up a session with the same bytes would, a moment before this one names them.
        if (made === 1) await house().artifacts.forget(outcome.outputs[0]?.sha256 ?? '')
        return outcome
      }),
    )
    const thumbnail = await studio.post('/thumbnail', { session_id: id, timestamp: 1 })
    assert.deepEqual([thumbnail.status, String(thumbnail.bytes), made], [200, 'picture 2', 2])
  })

  test('what stands beside the document changes only what it names, and a cover may be uploaded', async () => {
    await using studio = await openStudio(house())
    const id = await studio.session()
    const asked = { session_id: id, ...RANGE, layout: 'samsung', mute: 'true', max_size: '1080', format: 'gif' }
    const gif = await studio.form('/convert', asked)
    assert.equal(gif.headers.get('content-type'), 'image/gif')
    const [, params] = gif.json() as unknown as [string, Record<string, unknown>]
    const { layout, sound, maxSidePx, format } = params
    assert.deepEqual([layout, sound, maxSidePx, format], ['samsung', 'muted', 1080, 'gif'])
    const body = new FormData()
    for (const [name, value] of Object.entries({ session_id: id, ...RANGE })) body.set(name, value)
    body.set('cover', new Blob([Buffer.from('\xff\xd8\xff\xe0', 'latin1'), 'a picture']))
    const covered = await studio.send('POST', '/convert', { body })
    assert.match(String((covered.json() as unknown as [string, Record<string, unknown>])[1]['cover']), /^[0-9a-f]{64}$/)
    for (const brand of ['heic', 'heix', 'mif1', 'avif']) {
      body.set('cover', new Blob([`\0\0\0\x18ftyp${brand}\0\0\0\0mif1miaf`]))
      assert.equal((await studio.send('POST', '/convert', { body })).status, 200, brand)
    }
    body.set('cover', new Blob(['#EXTM3U']))
    assert.equal((await studio.send('POST', '/convert', { body })).json()['error_code'], 'UNSUPPORTED_FORMAT')
  })

  test("somebody else's session is none, in the very same words, but who has its address may watch", async () => {
    await using studio = await openStudio(house())
    const id = await studio.session(ANN)
    for (const headers of [BEN, {}])
      for (const [path, ask] of [
        ['/convert', (session_id: string) => studio.form('/convert', { session_id, ...RANGE }, headers)],
        ['/thumbnail', (session_id: string) => studio.post('/thumbnail', { session_id, timestamp: 1 }, headers)],
        ['/cleanup', (session_id: string) => studio.post('/cleanup', { session_id }, headers)],
      ] as const) {
        const [theirs, none] = [await ask(id), await ask('mp_000000000000000000000000')]
        assert.equal(theirs.status, 404, path)
        const { timestamp: _a, ...told } = theirs.json()
        const { timestamp: _b, ...other } = none.json()
        assert.deepEqual(told, other)
        assert.equal(told['error_code'], 'INVALID_SESSION')
      }
    assert.equal((await studio.form('/convert', { session_id: id, ...RANGE }, ANN)).status, 200)
    assert.equal((await studio.send('GET', `/preview/${id}.mp4`)).status, 200)
  })

  test('cleaning up takes everything along, but not what another session has of the same bytes', async () => {
    await using studio = await openStudio(house())
    const before = await kept(house())
    const [first, second] = [await studio.session(ANN, 'twin'), await studio.session(BEN, 'twin')]
    await studio.form('/convert', { session_id: first, ...RANGE }, ANN)
    assert.equal((await kept(house())).length, before.length + 3)
    const reply = await studio.post('/cleanup', { session_id: first }, ANN)
    assert.deepEqual([reply.status, reply.json()], [200, { message: '清理成功' }])
    assert.equal((await kept(house())).length, before.length + 2)
    assert.equal((await studio.post('/cleanup', { session_id: first }, ANN)).status, 404)
    assert.equal((await studio.send('GET', `/preview/${first}.mp4`)).status, 404)
    assert.equal((await studio.send('GET', `/preview/${second}.mp4`)).status, 200)
    await studio.post('/cleanup', { session_id: second }, BEN)
    assert.deepEqual(await kept(house()), before)
  })

  test('bytes that a job of another door has made, too, stay', async () => {
    await using studio = await openStudio(house())
    const id = await studio.session()
    const { rows } = await sql<{ preview: string }>`select preview from motion_sessions where id = ${id}`.execute(
      house().db.kysely,
    )
    const preview = rows[0]?.preview ?? ''
    await sql`insert into runs (id, door, owner, request) values ('job_other', 'pipelines', 'ann', '{}')`.execute(
      house().db.kysely,
    )
    await sql`insert into artifact_keys (key, digest, made_by) values ('of a job', ${preview}, 'job_other')`.execute(
      house().db.kysely,
    )
    await studio.post('/cleanup', { session_id: id })
    assert.ok((await kept(house())).includes(preview))
    await sql`delete from runs where id = 'job_other'`.execute(house().db.kysely)
  })

  test('a session ends by itself, and is swept up', async () => {
    await using studio = await openStudio(house())
    const before = await kept(house())
    const id = await studio.session()
    await sql`update motion_sessions set expires_at = now() where id = ${id}`.execute(house().db.kysely)
    assert.equal((await studio.send('GET', `/preview/${id}.mp4`)).status, 404)
    assert.equal((await studio.post('/cleanup', { session_id: id })).json()['error_code'], 'INVALID_SESSION')
    assert.equal(await studio.sessions.sweep(), 1)
    assert.equal(await studio.sessions.sweep(), 0)
    assert.deepEqual(await kept(house()), before)
  })

  test('cleaning up cancels what is being made', async () => {
    await using studio = await openStudio(house())
    const id = await studio.session()
    const waiting = gate()
    house().play(part('motion.convert', context => waiting.pass(context)))
    const photo = studio.form('/convert', { session_id: id, ...RANGE })
    const { signal } = await waiting.reached
    assert.equal((await studio.post('/cleanup', { session_id: id })).status, 200)
    assert.ok(signal.aborted)
    assert.equal((await photo).status, 404)
    assert.deepEqual(await house().leftovers(), [])
  })

  test('an Idempotency-Key makes a photo once, and the same upload one session', async () => {
    await using studio = await openStudio(house())
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const [first, again] = [
      await studio.prepare(clipOf('once'), headers),
      await studio.prepare(clipOf('once'), headers),
    ]
    assert.deepEqual([again.status, again.json()], [200, first.json()])
    assert.equal((await studio.prepare(clipOf('another'), headers)).status, 422)
    const { session_id } = first.json()
    let made = 0
    house().play(part('motion.convert', context => publish(house(), context, 'photo', `photo ${++made}`)))
    const key = { 'idempotency-key': crypto.randomUUID() }
    const ask = async (fields = {}) => await studio.form('/convert', { session_id, ...RANGE, ...fields }, key)
    assert.deepEqual([String((await ask()).bytes), String((await ask()).bytes), made], ['photo 1', 'photo 1', 1])
    assert.equal((await ask({ speed: '2' })).status, 422)
  })

  test('who was cut off and asks again with the same key gets what was begun', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    const first = gate()
    house().play(part('motion.convert', context => first.pass(context)))
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const gone = new AbortController()
    const body = new URLSearchParams({ session_id, ...RANGE })
    const cut = assert.rejects(studio.send('POST', '/convert', { body, headers, signal: gone.signal }))
    const { signal, runId } = await first.reached
    gone.abort()
    await cut
    if (!signal.aborted) await once(signal, 'abort', { signal: AbortSignal.timeout(10_000) })
    let again = ''
    house().play(
      part('motion.convert', context => {
        again = context.runId
        return publish(house(), context, 'photo', 'at last')
      }),
    )
    const reply = await studio.form('/convert', { session_id, ...RANGE }, headers)
    assert.deepEqual([reply.status, String(reply.bytes), again], [200, 'at last', runId])
  })
}

async function kept({ db }: House): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`select digest from artifacts order by digest`.execute(db.kysely)
  return rows.map(({ digest }) => digest)
}
