// jobs: created, looked at, listed, followed and cancelled, as the document shows it; and only by those whose they are.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../src/lib/errors.ts'
import type { Run } from '../../../src/runs/run.ts'
import { forEachHouse, type House } from '../../fixtures/house.ts'
import { gate, part } from '../../fixtures/steps.ts'
import { ANN, BEN, openImages } from './open-door.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/

async function ended(house: House, id: string, owner = 'anonymous'): Promise<Run> {
  return await house.runs.ended(id, { owner }, AbortSignal.timeout(30_000))
}

forEachHouse(house => {
  test('a job is created, waits, and shows its pictures when it has completed', async () => {
    await using images = await openImages(house())
    const never = gate()
    house().play(part('image.generate', context => never.pass(context)))
    const parameters = { width: 1024, height: 1024, num_inference_steps: 4 }
    const reply = await images.generate({ prompt: 'A beautiful sunset over mountains', parameters })
    const { id, ...created } = reply.json() as unknown as { id: string; created_at: string }
    assert.equal(reply.status, 201)
    assert.match(id, UUID)
    assert.match(created.created_at, TIME)
    const status_url = `/api/v1/jobs/status/${id}`
    const { created_at } = created
    assert.deepEqual(created, { status: 'pending', created_at, status_url, estimated_completion_time: 2 })
    const { signal } = await never.reached
    const before = (await images.get(status_url)).json()
    const times = { created_at, updated_at: before['updated_at'], started_at: before['started_at'] }
    const asked = { id, prompt: 'A beautiful sunset over mountains', parameters, model: 'painter', provider: 'Easel' }
    assert.deepEqual(before, {
      ...{ ...asked, ...times, seed: before['seed'], status: 'processing', completed_at: null },
      ...{ duration_seconds: null, retry_count: 0, error_message: null, media: null, progress: 0 },
    })
    assert.match(String(before['started_at']), TIME)
    assert.equal((await images.send('DELETE', `/api/v1/jobs/${id}`)).status, 204)
    assert.ok(signal.aborted)
  })

  test('a completed job shows what was made of it, and what was done otherwise than was asked', async () => {
    await using images = await openImages(house())
    const parameters = { width: 800, num_outputs: 2, seed: 2 ** 31 + 5, colour: 'red' }
    const metadata = { user_id: 'user123', nested: { a: [1, null] } }
    const { id, warnings: told } = (
      await images.generate({ prompt: 'Two', parameters, metadata, private: true })
    ).json()
    await ended(house(), String(id))
    const job = (await images.get(`/api/v1/jobs/status/${id}`)).json()
    assert.deepEqual([job['status'], job['progress'], job['error_message']], ['completed', 100, null])
    assert.deepEqual([job['parameters'], job['metadata'], job['private']], [parameters, metadata, true])
    assert.deepEqual([job['seed'], job['warnings']], [5, told])
    assert.deepEqual(
      (told as { loc: string[] }[]).map(({ loc }) => loc.at(-1)),
      ['colour', 'height', 'seed'],
    )
    assert.ok(Number(job['duration_seconds']) >= 0 && TIME.test(String(job['completed_at'])))
    const media = job['media'] as unknown as Record<string, unknown>[]
    assert.equal(media.length, 2)
    for (const [index, { id: mediaId, file_size_bytes, ...rest }] of media.entries()) {
      assert.ok(Number(file_size_bytes) > 0)
      assert.deepEqual(rest, {
        ...{ url: `${images.url}/api/v1/media/${mediaId}`, type: 'image', mime_type: 'image/png' },
        ...{ width: 800, height: 800, seed: 5, source: `run://${id}/picture-${index + 1}` },
      })
    }
  })

  test('a job that fails says why in the words of its maker, and how often it was tried again', async () => {
    await using images = await openImages(house())
    const refused = new AppError('provider_refused', 'Replicate API error: Model not found')
    house().play(part('image.generate', async () => Promise.reject(refused)))
    const { id } = (await images.generate({ prompt: 'x' })).json()
    await ended(house(), String(id))
    const job = (await images.get(`/api/v1/jobs/status/${id}`)).json()
    assert.deepEqual([job['status'], job['error_message']], ['failed', 'Replicate API error: Model not found'])
    assert.deepEqual([job['retry_count'], job['media']], [0, null])
  })

  test('what is tried again counts, and may still become something', async () => {
    await using images = await openImages(house())
    let attempts = 0
    const busy = new AppError('provider_failed', 'Replicate API error: Try again')
    const fails = (times: number) =>
      part('image.generate', async () => (++attempts <= times ? Promise.reject(busy) : undefined))
    house().play({ ...fails(1), retries: 3 })
    const { id } = (await images.generate({ prompt: 'x' })).json()
    await ended(house(), String(id))
    const job = (await images.get(`/api/v1/jobs/status/${id}`)).json()
    assert.deepEqual([job['status'], job['retry_count'], job['error_message']], ['completed', 1, null])
    attempts = 0
    house().play({ ...fails(9), retries: 1 })
    const second = (await images.generate({ prompt: 'x' })).json()
    await ended(house(), String(second['id']))
    const failed = (await images.get(`/api/v1/jobs/status/${second['id']}`)).json()
    assert.deepEqual([failed['status'], failed['retry_count']], ['failed', 1])
  })

  test('a job that has ended cannot be cancelled, and one that never was is not found', async () => {
    await using images = await openImages(house())
    const { id } = (await images.generate({ prompt: 'x' })).json()
    await ended(house(), String(id))
    const late = await images.send('DELETE', `/api/v1/jobs/${id}`)
    assert.deepEqual([late.status, late.json()['detail']], [409, 'Job has already ended'])
    for (const unknown of ['550e8400-e29b-41d4-a716-446655440000', 'x', 'a'.repeat(90)])
      for (const [method, path] of [
        ['GET', `/api/v1/jobs/status/${unknown}`],
        ['DELETE', `/api/v1/jobs/${unknown}`],
        ['GET', `/api/v1/jobs/${unknown}/events`],
      ] as const) {
        const reply = await images.send(method, path)
        const { detail, request_id, ...rest } = reply.json()
        assert.deepEqual([reply.status, detail, rest], [404, 'Job not found', {}], path)
        assert.match(String(request_id), /^req_\w+$/)
      }
  })

  test('a run of another door is no job here', async () => {
    await using images = await openImages(house())
    const draft = { door: 'pipelines', prefix: 'job', owner: 'anonymous', request: { spec: {} }, warnings: [] }
    house().play(part('image.generate'))
    const step = { name: 'a', kind: 'image.generate', queue: 'provider', params: {}, needs: [], weight: 1 } as const
    const { id } = await house().runs.start({ ...draft, steps: [step] })
    for (const [method, path] of [
      ['GET', `/api/v1/jobs/status/${id}`],
      ['DELETE', `/api/v1/jobs/${id}`],
      ['GET', `/api/v1/jobs/${id}/events`],
    ] as const)
      assert.equal((await images.send(method, path)).status, 404, path)
    await ended(house(), id)
  })

  test('jobs are listed newest first, page by page, and only to those whose they are', async () => {
    await using images = await openImages(house())
    const ids: string[] = []
    for (const prompt of ['one', 'two', 'three', 'four', 'five']) {
      const { id } = (await images.generate({ prompt }, ANN)).json()
      ids.unshift(String(id))
      await ended(house(), String(id), 'token:ann')
      await sleep(2)
    }
    const list = async (query: string, headers = ANN) =>
      (await images.get(`/api/v1/jobs${query}`, headers)).json() as unknown as {
        jobs: { id: string; created_at: string; media: { id: string; url: string }[] }[]
        total: number
      }
    const { jobs, ...whole } = await list('')
    assert.deepEqual(whole, { total: 5, page: 1, per_page: 20, has_next: false, has_prev: false })
    assert.deepEqual(
      jobs.map(({ id }) => id),
      ids,
    )
    for (const { media } of jobs)
      assert.deepEqual(
        media.map(({ id, url }) => url === `/api/v1/media/${id}`),
        [true],
      )
    assert.deepEqual(Object.keys(jobs[0] ?? {}).sort(), [
      ...['completed_at', 'created_at', 'id', 'media', 'prompt', 'status'],
    ])
    const { jobs: second, ...page } = await list('?page=2&per_page=2&status=completed')
    assert.deepEqual(page, { total: 5, page: 2, per_page: 2, has_next: true, has_prev: true })
    assert.deepEqual(
      second.map(({ id }) => id),
      ids.slice(2, 4),
    )
    assert.equal((await list('?status=failed')).total, 0)
    const third = encodeURIComponent(jobs[2]?.created_at ?? '')
    assert.equal((await list(`?created_after=${third}`)).total, 3)
    assert.equal((await list(`?created_before=${third}`)).total, 2)
    assert.equal((await list('?model=painter')).total, 5)
    assert.equal((await list(`?model=${encodeURIComponent('"}\'')}`)).total, 0)
    assert.deepEqual((await list('?page=9')).jobs, [])
    assert.equal((await list('', BEN)).total, 0)
  })

  test('a blank prompt is none', async () => {
    await using images = await openImages(house())
    const { status, json } = await images.generate({ prompt: ' \n ' }, ANN)
    const [fault] = json<{ detail: Record<string, unknown>[] }>().detail
    assert.deepEqual([status, fault?.['type'], fault?.['loc']], [422, 'string_too_short', ['body', 'prompt']])
  })

  test('somebody else’s job is not there', async () => {
    await using images = await openImages(house())
    const { id } = (await images.generate({ prompt: 'of ann' }, ANN)).json()
    for (const headers of [BEN, {}]) {
      assert.equal((await images.get(`/api/v1/jobs/status/${id}`, headers)).status, 404)
      assert.equal((await images.send('DELETE', `/api/v1/jobs/${id}`, { headers })).status, 404)
      assert.equal((await images.get(`/api/v1/jobs/${id}/events`, headers)).status, 404)
    }
    assert.equal((await images.get(`/api/v1/jobs/status/${id}`, ANN)).status, 200)
  })

  test('a job can be followed, and resumed', async () => {
    await using images = await openImages(house())
    const { id } = (await images.generate({ prompt: 'x' })).json()
    await ended(house(), String(id))
    const path = `/api/v1/jobs/${id}/events`
    const text = String((await images.get(path)).bytes)
    const events = [...text.matchAll(/^event: (.+)\ndata: (.+)$/gm)].map(([, event, data]) => [
      event,
      JSON.parse(data ?? ''),
    ])
    assert.deepEqual([events[0]?.[0], events.at(-1)?.[0]], ['job.created', 'job.completed'])
    const { created_at, ...last } = events.at(-1)?.[1] ?? {}
    assert.match(created_at, TIME)
    assert.deepEqual(last, { job_id: id, status: 'completed', progress: 100 })
    assert.equal((await images.get(path, { 'last-event-id': '1000' })).status, 204)
  })

  test('the same request with the same key is one job, with one seed', async () => {
    await using images = await openImages(house())
    const headers = { 'idempotency-key': `key-${Math.random()}` }
    const [first, second] = await Promise.all([1, 2].map(() => images.generate({ prompt: 'once' }, headers)))
    assert.deepEqual(first?.json(), second?.json())
    assert.equal((await images.generate({ prompt: 'twice' }, headers)).status, 422)
    assert.notEqual((await images.generate({ prompt: 'once' })).json()['id'], first?.json()['id'])
  })

  test('an address has so many creations and so many looks a minute, each for itself', async () => {
    await using images = await openImages(house(), { limits: { create: 2, status: 3 } })
    const statuses = async (count: number, ask: () => Promise<{ status: number }>) =>
      (await Promise.all(Array.from({ length: count }, ask))).map(({ status }) => status).sort()
    assert.deepEqual(await statuses(3, () => images.generate({ prompt: 'x' })), [201, 201, 429])
    const late = await images.generate({ prompt: 'x' }, ANN)
    assert.equal(late.status, 429)
    assert.deepEqual(Object.keys(late.json()).sort(), ['detail', 'request_id'])
    assert.ok(Number(late.headers.get('retry-after')) >= 1)
    assert.deepEqual(await statuses(5, () => images.get('/api/v1/jobs/status/none')), [404, 404, 404, 429, 429])
    assert.equal((await images.get('/api/v1/jobs')).status, 200)
  })

  test('credentials are asked for where they are required, and wrong ones are refused everywhere else', async () => {
    await using images = await openImages(house(), { auth: 'required' })
    const wrong = { authorization: 'Bearer wrong' }
    for (const headers of [{}, wrong]) {
      for (const [method, path] of [
        ['POST', '/api/v1/jobs/generate'],
        ['GET', '/api/v1/jobs'],
        ['GET', '/api/v1/jobs/status/x'],
        ['DELETE', '/api/v1/jobs/x'],
        ['GET', '/api/v1/jobs/x/events'],
        ['GET', '/api/v1/media/x/info'],
        ['DELETE', '/api/v1/media/x'],
      ] as const) {
        const reply = await images.send(method, path, { headers })
        assert.deepEqual([reply.status, Object.keys(reply.json()).sort()], [401, ['detail', 'request_id']], path)
      }
      for (const path of ['/api/v1/health', '/api/v1/health/live', '/api/v1/health/ready', '/api/v1/models'])
        assert.equal((await images.get(path, headers)).status, 200, path)
    }
    assert.equal((await images.generate({ prompt: 'x' }, ANN)).status, 201)
  })
})
