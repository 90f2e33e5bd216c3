// service: what the door says of itself and of its makers, and whom it listens to.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openGallery } from '../../../src/features/images/gallery.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { forEachHouse } from '../../fixtures/house.ts'
import { openImages } from './open-door.ts'

forEachHouse(
  house => {
    test('health says what works, and probes say it by their status', async () => {
      await using images = await openImages(house())
      const { timestamp, ...rest } = (await images.get('/api/v1/health')).json()
      assert.ok(Math.abs(Date.parse(String(timestamp)) - Date.now()) < 60_000)
      assert.deepEqual(rest, {
        ...{ status: 'healthy', version: '0.1.0', environment: 'production' },
        services: { database: true, redis: true },
      })
      assert.deepEqual((await images.get('/api/v1/health/live')).json(), { status: 'alive' })
      assert.deepEqual((await images.get('/api/v1/health/ready')).json(), { status: 'ready' })
    })

    test('without a database it is alive, and neither healthy nor ready', async () => {
      const health = async () => Promise.reject(new AppError('unavailable', 'The database cannot be reached'))
      await using images = await openImages(house(), { health })
      const reply = await images.get('/api/v1/health')
      assert.deepEqual([reply.status, reply.json()['status']], [503, 'unhealthy'])
      assert.deepEqual(reply.json()['services'], { database: false, redis: false })
      assert.equal((await images.get('/api/v1/health/live')).status, 200)
      assert.equal((await images.get('/api/v1/health/ready')).status, 503)
    })

    test('where no bytes can be kept it is not healthy, and the database is', async () => {
      const assertWorkable = async () => Promise.reject(new AppError('unavailable', 'The storage cannot be used'))
      await using images = await openImages(house(), { assertWorkable })
      const reply = await images.get('/api/v1/health')
      assert.deepEqual([reply.status, reply.json()['services']], [503, { database: true, redis: true }])
      assert.equal((await images.get('/api/v1/health/ready')).status, 503)
    })

    test('what is our own fault says nothing of itself', async () => {
      const gallery = { ...openGallery(house().db, 1), usualMs: async () => Promise.reject(new TypeError('a secret')) }
      await using images = await openImages(house(), { gallery })
      const reply = await images.get('/api/v1/models')
      const { request_id, ...rest } = reply.json()
      assert.match(String(request_id), /^req_/)
      assert.deepEqual(
        [reply.status, rest],
        [500, { error: 'Internal server error', message: 'An unexpected error occurred' }],
      )
    })

    test('models say what they can do, who makes them, and what is real', async () => {
      await using images = await openImages(house())
      const { models, default: usual } = (await images.get('/api/v1/models')).json() as unknown as {
        models: Record<string, unknown>[]
        default: string
      }
      assert.equal(usual, 'painter')
      assert.deepEqual(
        models.map(model => [model['name'], model['provider'], model['kind'], model['real'], model['default']]),
        [
          ['painter', 'Easel', 'algorithmic', false, true],
          ['listed', 'Easel', 'trained', true, false],
          ['owner/shaped', 'Replicate', 'trained', true, false],
        ],
      )
      assert.deepEqual(models[2], {
        ...{ name: 'owner/shaped', about: 'Knows shapes.', provider: 'Replicate', kind: 'trained', real: true },
        default: false,
        sizes: {
          kind: 'shapes',
          shapes: [
            { aspect_ratio: '1:1', width: 1024, height: 1024 },
            { aspect_ratio: '16:9', width: 1344, height: 768 },
            { aspect_ratio: '9:16', width: 768, height: 1344 },
          ],
        },
        ...{ max_outputs: 1, negative_prompt: false, seed: false, formats: ['webp'] },
        ...{ usual_seconds: 2, expected_seconds: 2 },
      })
      assert.deepEqual(models[0]?.['num_inference_steps'], { min: 1, max: 50, default: 4 })
    })

    test('what a picture is expected to take is what pictures have taken', async () => {
      await using images = await openImages(house())
      const { id } = (await images.generate({ prompt: 'x', parameters: { model: 'listed' } })).json()
      await house().runs.ended(String(id), { owner: 'anonymous' }, AbortSignal.timeout(30_000))
      await sql`update steps set started_at = completed_at - interval '7 seconds' where run_id = ${String(id)}`.execute(
        house().db.kysely,
      )
      const next = (await images.generate({ prompt: 'x', parameters: { model: 'listed' } })).json()
      assert.equal(next['estimated_completion_time'], 7)
    })

    test('whoever signs as the vendor does makes us look, and nobody else', async () => {
      const rung: string[] = []
      const caller = {
        async read(headers: Record<string, unknown>, body: Buffer) {
          if (headers['webhook-signature'] !== `signed ${body.length}`) throw new AppError('unauthorized', 'Not signed')
          return `prediction ${body}`
        },
        async ring(name: string) {
          rung.push(name)
        },
      }
      await using images = await openImages(house(), { auth: 'required', callers: new Map([['Replicate', caller]]) })
      const tell = async (body: string, signature: string, type = 'application/json') => {
        const headers = { 'content-type': type, 'webhook-signature': signature }
        return (await images.send('POST', '/api/v1/providers/replicate/webhook', { body, headers })).status
      }
      // Spaces and all: a signature is over the bytes.
      assert.equal(await tell('{ "id" :1}', 'signed 10'), 204)
      assert.equal(await tell('no JSON', 'signed 7', 'text/plain'), 204)
      assert.equal(await tell('{}', 'signed 3'), 401)
      assert.deepEqual(rung, ['prediction { "id" :1}', 'prediction no JSON'])
      await using deaf = await openImages(house())
      assert.equal((await deaf.send('POST', '/api/v1/providers/replicate/webhook')).status, 401)
    })

    test('an order to a maker that may send word says where to', async () => {
      const url = 'https://media.example.com/api/v1/providers/replicate/webhook'
      const caller = { read: async () => '', ring: async () => undefined, url }
      await using images = await openImages(house(), { callers: new Map([['Replicate', caller]]) })
      for (const [model, wordUrl] of [
        ['owner/shaped', url],
        ['painter', undefined],
      ]) {
        const { id } = (await images.generate({ prompt: 'x', parameters: { model } })).json()
        const steps = house().db.kysely.selectFrom('steps').select('params').where('run_id', '=', String(id))
        const { params } = await steps.executeTakeFirstOrThrow()
        assert.equal((params as { wordUrl?: string }).wordUrl, wordUrl)
      }
    })

    test('the description has every route of the document', async () => {
      await using images = await openImages(house())
      const { paths } = (await images.get('/openapi/images.json')).json<{ paths: Record<string, object> }>()
      const described = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map(method => `${method} ${path}`),
      )
      const routes = [
        ...['delete /api/v1/jobs/{id}', 'delete /api/v1/media/{id}', 'get /api/v1/health', 'get /api/v1/health/live'],
        ...['get /api/v1/health/ready', 'get /api/v1/jobs', 'get /api/v1/jobs/status/{id}', 'get /api/v1/media/{id}'],
        ...['get /api/v1/jobs/{id}/events', 'get /api/v1/media/{id}/info', 'get /api/v1/models'],
        ...['post /api/v1/jobs/generate', 'post /api/v1/providers/replicate/webhook'],
      ]
      assert.deepEqual(
        routes.filter(route => !described.includes(route)),
        [],
      )
    })
  },
  ['pglite'],
)
