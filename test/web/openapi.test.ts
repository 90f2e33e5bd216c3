// openapi: the description of a door says everything there is to call, and refers to nothing that is not there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { pipelinesDoor } from '../../src/features/pipelines/routes.ts'
import { describeRoutes } from '../../src/web/openapi.ts'
import { type Api, openServer } from '../../src/web/server.ts'
import { fakeRuns } from '../features/pipelines/fake-runs.ts'
import { services } from '../features/pipelines/open-door.ts'

type Described = { paths: Record<string, Record<string, object>>; components: { schemas: Record<string, object> } }

test('every route is described, and refusals of other methods are not', async () => {
  const { paths } = await describe()
  const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(name => `${name} ${path}`))
  assert.deepEqual(routes.sort(), [
    'delete /api/v1/jobs/{id}',
    'get /api/v1/health',
    'get /api/v1/jobs',
    'get /api/v1/jobs/{id}',
    'get /api/v1/jobs/{id}/events',
    'get /api/v1/operations',
    'get /health',
    'post /api/v1/jobs',
    'post /api/v1/plan',
  ])
})

test('every reference leads somewhere, and every named schema is referred to', async () => {
  const described = await describe()
  const references = JSON.stringify(described).matchAll(/"#\/components\/schemas\/(\w+)"/g)
  const referred = new Set([...references].map(([, name]) => name))
  assert.deepEqual([...referred].sort(), Object.keys(described.components.schemas).sort())
})

async function describe(): Promise<Described> {
  const door = pipelinesDoor(services(fakeRuns()))
  const about = { title: 'Test', description: 'Test', version: '1', url: 'http://localhost:1' }
  const routes = async (api: Api) => {
    await describeRoutes(api, about)
    await door.routes(api)
  }
  const api = await openServer({ ...door, routes }, pino({ level: 'silent' }))
  await api.ready()
  return api.swagger() as unknown as Described
}
