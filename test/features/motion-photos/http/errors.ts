// errors: everything that document 001 says can go wrong, provoked: code, status, body, and nothing left on the disk.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { AppError, type ErrorCode } from '../../../../src/lib/errors.ts'
import type { House } from '../../../fixtures/house.ts'
import { gate, part } from '../../../fixtures/steps.ts'
import { clipOf, openStudio, RANGE, type Reply } from './open-door.ts'

const WRONG_FIELDS: readonly [Record<string, string | undefined>, number, string][] = [
  ...['range_start', 'range_end', 'cover_time', 'speed', 'session_id'].map(
    (name): [Record<string, undefined>, number, string] => [{ [name]: undefined }, 400, 'INVALID_PARAMETER'],
  ),
  ...['', 'NaN', 'Infinity', '-Infinity', '1e309', '0x10', '1,5', 'five', '1 2', '1_000', '1e', '٣', 'null'].map(
    (value): [Record<string, string>, number, string] => [{ range_start: value }, 400, 'INVALID_PARAMETER'],
  ),
  [{ range_start: '-1' }, 400, 'INVALID_TIME_RANGE'],
  [{ range_start: '5' }, 400, 'INVALID_TIME_RANGE'],
  [{ range_start: '6' }, 400, 'INVALID_TIME_RANGE'],
  [{ range_start: '10', range_end: '10.05' }, 400, 'INVALID_TIME_RANGE'],
  [{ range_end: '10.100001' }, 400, 'INVALID_TIME_RANGE'],
  [{ range_end: '1e300' }, 400, 'INVALID_TIME_RANGE'],
  [{ range_end: '99999999999999999999' }, 400, 'INVALID_TIME_RANGE'],
  [{ range_start: '1e-7', range_end: '1e-7' }, 400, 'INVALID_TIME_RANGE'],
  [{ cover_time: '5.000001' }, 422, 'INVALID_TIME_RANGE'],
  [{ range_start: '3' }, 422, 'INVALID_TIME_RANGE'],
  [{ cover_time: '-0.1' }, 422, 'INVALID_TIME_RANGE'],
  [{ cover_time: '1e200' }, 422, 'INVALID_TIME_RANGE'],
  [{ speed: '0' }, 422, 'INVALID_PARAMETER'],
  [{ speed: '-1' }, 422, 'INVALID_PARAMETER'],
  [{ speed: '0.0999' }, 422, 'INVALID_PARAMETER'],
  [{ speed: '10.01' }, 422, 'INVALID_PARAMETER'],
  [{ layout: 'apple' }, 400, 'INVALID_PARAMETER'],
  [{ format: 'avi' }, 400, 'INVALID_PARAMETER'],
  [{ mute: 'perhaps' }, 400, 'INVALID_PARAMETER'],
  [{ max_size: '1.5' }, 400, 'INVALID_PARAMETER'],
  [{ max_size: '63' }, 422, 'INVALID_PARAMETER'],
  [{ max_size: '99999999' }, 422, 'INVALID_PARAMETER'],
]

const STRANGE_IDS = [
  ...[
    '../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '/etc/passwd',
    'mp_x/../y',
    'a\\b',
    "' or 1=1 --",
    'x'.repeat(9000),
  ],
  ...['é', '.', '..', '%00', 'mp_000000000000000000000000', '{}', '*'],
]

const WRONG_BODIES: readonly [unknown, number, string][] = [
  [{ timestamp: 1 }, 400, 'INVALID_PARAMETER'],
  [{ session_id: 'mine' }, 400, 'INVALID_PARAMETER'],
  [{ session_id: 'mine', timestamp: '1' }, 400, 'INVALID_PARAMETER'],
  [{ session_id: 'mine', timestamp: null }, 400, 'INVALID_PARAMETER'],
  [{ session_id: 'mine', timestamp: -0.1 }, 422, 'INVALID_TIME_RANGE'],
  [{ session_id: 'mine', timestamp: 10.2 }, 422, 'INVALID_TIME_RANGE'],
  [{ session_id: 'mine', timestamp: 1e300 }, 422, 'INVALID_TIME_RANGE'],
  [{ session_id: 5, timestamp: 1 }, 400, 'INVALID_PARAMETER'],
  [{ session_id: ['a'], timestamp: 1 }, 400, 'INVALID_PARAMETER'],
  [[], 400, 'INVALID_PARAMETER'],
  ['text', 400, 'INVALID_PARAMETER'],
]

const FAILURES: readonly [ErrorCode, number, string][] = [
  ['media_unsupported', 400, 'UNSUPPORTED_FORMAT'],
  ['media_damaged', 400, 'UNSUPPORTED_FORMAT'],
  ['output_rejected', 500, 'PROCESSING_FAILED'],
  ['output_too_large', 500, 'PROCESSING_FAILED'],
  ['time_range_invalid', 400, 'INVALID_TIME_RANGE'],
  ['source_missing', 404, 'INVALID_SESSION'],
]

export function errors(house: () => House): void {
  test('every wrong field of /convert is told', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    for (const [wrong, status, code] of WRONG_FIELDS) {
      const fields = Object.entries({ session_id, ...RANGE, ...wrong }).filter(([, value]) => value !== undefined)
      refused(await studio.form('/convert', Object.fromEntries(fields)), status, code, JSON.stringify(wrong))
    }
    const twice = new URLSearchParams({ session_id, ...RANGE })
    twice.append('speed', '2')
    refused(await studio.send('POST', '/convert', { body: twice }), 400, 'INVALID_PARAMETER', 'twice')
  })

  test('what players round is taken: a little past the end is the end', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    const asked = { session_id, range_start: '-0', range_end: '10.1', cover_time: '10.0999', speed: '1e0' }
    const reply = await studio.form('/convert', asked)
    const [, params] = reply.json() as unknown as [string, Record<string, number>]
    assert.deepEqual([params['startUs'], params['endUs'], params['coverUs']], [0, 10_000_000, 9_999_999])
    const [, { atUs }] = (await studio.post('/thumbnail', { session_id, timestamp: 10.1 })).json() as unknown as [
      string,
      { atUs: number },
    ]
    assert.equal(atUs, 9_999_999)
  })

  test('no session of a strange name is found, and nothing else happens', async () => {
    await using studio = await openStudio(house())
    for (const session_id of STRANGE_IDS) {
      refused(await studio.form('/convert', { session_id, ...RANGE }), 404, 'INVALID_SESSION', session_id)
      refused(await studio.post('/thumbnail', { session_id, timestamp: 1 }), 404, 'INVALID_SESSION', session_id)
      refused(await studio.post('/cleanup', { session_id }), 404, 'INVALID_SESSION', session_id)
      const preview = await studio.send('GET', `/preview/${encodeURIComponent(session_id)}.mp4`)
      assert.equal(preview.status, 404, session_id)
    }
    refused(await studio.form('/convert', { session_id: 'a\0b', ...RANGE }), 400, 'INVALID_PARAMETER', 'NUL')
    refused(await studio.post('/cleanup', {}), 400, 'INVALID_PARAMETER', 'none')
    refused(await studio.post('/cleanup', { session_id: '' }), 400, 'INVALID_PARAMETER', 'empty')
  })

  test('every wrong body of /thumbnail is told', async () => {
    await using studio = await openStudio(house())
    const session = await studio.session()
    for (const [body, status, code] of WRONG_BODIES) {
      const sent = JSON.parse(JSON.stringify(body).replace('mine', session))
      refused(await studio.post('/thumbnail', sent), status, code, JSON.stringify(body))
    }
    const broken = { body: '{"session_id":', headers: { 'content-type': 'application/json' } }
    refused(await studio.send('POST', '/thumbnail', broken), 400, 'INVALID_PARAMETER', 'broken')
  })

  test('what is no clip is no session, and nothing of it is kept', async () => {
    await using studio = await openStudio(house())
    const before = await traces(house())
    for (const [bytes, name] of [
      ['hello', 'file'],
      ['', 'file'],
      ['#EXTM3U\nhttp://127.0.0.1/', 'file'],
      ['\x89PNG\r\n\x1a\n', 'file'],
      ['RIFF\0\0\0\0WAVE', 'file'],
      ['<svg/>', 'file'],
    ])
      refused(await studio.prepare(new Blob([bytes ?? '']), {}, name), 400, 'UNSUPPORTED_FORMAT', bytes ?? '')
    refused(await studio.prepare(clipOf('x'), {}, 'video'), 400, 'INVALID_PARAMETER', 'another name')
    const none = new FormData()
    none.set('other', 'x')
    refused(await studio.send('POST', '/prepare', { body: none }), 400, 'INVALID_PARAMETER', 'no file')
    none.set('file', 'text')
    refused(await studio.send('POST', '/prepare', { body: none }), 400, 'INVALID_PARAMETER', 'a field')
    const large = clipOf('x'.repeat(1_000_000))
    refused(await studio.prepare(large), 413, 'FILE_TOO_LARGE', 'large')
    refused(await studio.post('/prepare', {}), 415, 'INVALID_PARAMETER', 'JSON')
    assert.deepEqual(await traces(house()), before)
  })

  test('a clip that cannot be prepared leaves nothing, and says why', async () => {
    await using studio = await openStudio(house())
    const before = await traces(house())
    for (const [code, status, told] of FAILURES) {
      house().play(part('motion.prepare', async () => Promise.reject(new AppError(code, 'it was made to fail'))))
      refused(await studio.prepare(clipOf(code)), status, told, code)
    }
    assert.deepEqual(await traces(house()), before)
  })

  test('what takes too long is cancelled', async () => {
    await using studio = await openStudio(house(), {
      patienceMs: { prepare: 30_000, convert: 200, thumbnail: 200, cleanup: 10_000 },
    })
    const session_id = await studio.session()
    const never = gate()
    house().play(part('motion.convert', context => never.pass(context)))
    const reply = await studio.form('/convert', { session_id, ...RANGE })
    refused(reply, 500, 'PROCESSING_FAILED', 'late')
    assert.ok((await never.reached).signal.aborted)
    assert.deepEqual(await house().leftovers(), [])
  })

  test('who hangs up cancels what was made for them', async () => {
    await using studio = await openStudio(house())
    const session_id = await studio.session()
    const never = gate()
    house().play(part('motion.convert', context => never.pass(context)))
    const body = new URLSearchParams({ session_id, ...RANGE }).toString()
    const socket = connect(Number(new URL(studio.url).port), '127.0.0.1')
    socket.write(
      'POST /convert HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    )
    const { signal } = await never.reached
    socket.destroy()
    if (!signal.aborted) await once(signal, 'abort', { signal: AbortSignal.timeout(10_000) })
    await until(async () => (await house().leftovers()).length === 0)
  })

  test('half an upload is no session', async () => {
    await using studio = await openStudio(house())
    const before = await traces(house())
    const socket = connect(Number(new URL(studio.url).port), '127.0.0.1')
    socket.write(
      'POST /prepare HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 90000\r\n\r\n' +
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\0\0\0\x18ftypmp42',
    )
    await until(async () => (await house().leftovers()).length > 0)
    socket.destroy()
    await until(async () => (await house().leftovers()).length === 0)
    assert.deepEqual(await traces(house()), before)
  })

  test('an address and a method that there is not', async () => {
    await using studio = await openStudio(house())
    refused(await studio.send('GET', '/nothing'), 404, 'INVALID_PARAMETER', 'nothing')
    refused(await studio.send('GET', '/convert'), 405, 'INVALID_PARAMETER', 'GET')
    refused(await studio.send('GET', '/preview/..%2f..%2fetc%2fpasswd'), 404, undefined, 'path')
  })
}

function refused(reply: Reply, status: number, code: string | undefined, why: string): void {
  const body = reply.json()
  assert.deepEqual([reply.status, body['error_code']], [status, code ?? body['error_code']], `${why}: ${reply.bytes}`)
  assert.deepEqual(Object.keys(body), ['detail', 'error_code', 'timestamp'])
  assert.match(String(body['timestamp']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  assert.ok(typeof body['detail'] === 'string' && body['detail'] !== '')
}

/** Rows and files that a refusal must not leave. */
async function traces(house: House) {
  await until(async () => (await house.leftovers()).length === 0)
  const { rows } = await sql`
    select (select count(*) from motion_sessions) as sessions, (select count(*) from artifacts) as artifacts,
      (select count(*) from motion_artifacts) as needed`.execute(house.db.kysely)
  const arrived = await readdir(join(house.objects, 'incoming')).catch(() => [])
  return { ...(rows[0] as object), arrived }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it did not happen')
    await sleep(10)
  }
}
