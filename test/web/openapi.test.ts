// openapi: the description of a door says everything there is to call, and refers to nothing that is not there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDoor } from '../features/pipelines/open-door.ts'

type Route = { operationId?: string; security?: object[]; responses?: Record<string, object> }
type Described = { paths: Record<string, Record<string, Route>>; components: { schemas: Record<string, object> } }

test('every route is described, and refusals of other methods are not', async () => {
  const { paths } = await describe()
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(name => `${name} ${path}`))
  assert.deepEqual(routes.sort(), [
    'delete /api/v1/admin/users/{email}',
    'delete /api/v1/jobs/{id}',
    'delete /api/v1/keys/{id}',
    'get /api/v1/admin/stats',
    'get /api/v1/admin/users',
    'get /api/v1/health',
    'get /api/v1/jobs',
    'get /api/v1/jobs/{id}',
    'get /api/v1/jobs/{id}/deliveries',
    'get /api/v1/jobs/{id}/events',
    'get /api/v1/keys',
    'get /api/v1/operations',
    'get /api/v1/webhooks/secret',
    'get /health',
    'get /metrics',
    'post /api/v1/admin/tokens',
    'post /api/v1/admin/users',
    'post /api/v1/admin/users/{email}/disable',
    'post /api/v1/jobs',
    'post /api/v1/jobs/{id}/deliveries/{delivery_id}/redeliver',
    'post /api/v1/jobs/{id}/retry',
    'post /api/v1/keys',
    'post /api/v1/keys/{id}/revoke',
    'post /api/v1/plan',
    'post /api/v1/tokens/refresh',
    'post /api/v1/webhooks/secret/rotate',
  ])
})

test('every reference leads somewhere, and every named schema is referred to', async () => {
  const described = await describe()
  const references = JSON.stringify(described).matchAll(/"#\/components\/schemas\/(\w+)"/g)
  const referred = new Set([...references].map(([, name]) => name))
  assert.deepEqual([...referred].sort(), Object.keys(described.components.schemas).sort())
})

test('every route has a name of its own, and those behind a door say so', async () => {
  const { paths } = await describe()
  const routes = Object.values(paths).flatMap(methods => Object.values(methods))
  const names = routes.map(({ operationId }) => operationId)
  assert.equal(new Set(names).size, routes.length)
  assert.ok(!names.includes(undefined))
  const closed = routes.filter(({ security }) => security)
  assert.deepEqual(closed.length, routes.length - 1)
  for (const { operationId = '', security, responses } of closed) {
    const nobody = /Keys?$|Stats$|Users?$|Token$/.test(operationId) ? [] : [{}]
    assert.deepEqual(security, [...nobody, { bearer: [] }, { apiKey: [] }], operationId)
    assert.ok(responses?.['401'])
  }
})

test('a spec, an event and the end of a stream are described', async () => {
  const { paths, components } = await describe()
  const text = JSON.stringify(components.schemas)
  for (const word of ['TrimOperation', 'sample_rate', 'crf', 'opacity', 'job.progress', 'step.retrying'])
    assert.ok(text.includes(word), word)
  assert.ok(paths['/api/v1/jobs/{id}/events']?.['get']?.responses?.['204'])
})

async function describe(): Promise<Described> {
  const api = await openDoor()
  const reply = await api.inject('/openapi.json')
  assert.equal(reply.statusCode, 200)
  return reply.json()
}
