// surfaces: doors that share a listener, each with its own words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { AppError } from '../../src/lib/errors.ts'
import { openServer } from '../../src/web/server.ts'
import { shareListener } from '../../src/web/surfaces.ts'

const door = (name: string) => ({
  dialect: ({ code }: AppError) => ({ [name]: code }),
  routes(api: Parameters<Parameters<typeof openServer>[0]['routes']>[0]) {
    api.addHook('onRequest', async (_request, reply) => void reply.header('x-door', name))
    api.get(`/${name}`, async () => {
      throw new AppError('forbidden', 'No')
    })
  },
})

test('each door fails in its own words, and its hooks are its own', async () => {
  const api = await openServer(shareListener([door('first'), door('second')]), pino({ level: 'silent' }))
  for (const name of ['first', 'second']) {
    const reply = await api.inject(`/${name}`)
    assert.deepEqual([reply.statusCode, reply.json(), reply.headers['x-door']], [403, { [name]: 'forbidden' }, name])
  }
})

test('what belongs to none is told in the words of the first', async () => {
  const api = await openServer(shareListener([door('first'), door('second')]), pino({ level: 'silent' }))
  assert.deepEqual((await api.inject('/third')).json(), { first: 'not_found' })
})

test('an address that a door owns is told of in its words, also where there is nothing', async () => {
  const second = { ...door('second'), owns: (path: string) => path.startsWith('/second/') }
  const api = await openServer(shareListener([door('first'), second]), pino({ level: 'silent' }))
  assert.deepEqual((await api.inject('/second/nothing')).json(), { second: 'not_found' })
})

test('a method that an address does not have is told in the words of its door', async () => {
  const api = await openServer(shareListener([door('first'), door('second')]), pino({ level: 'silent' }))
  for (const name of ['first', 'second']) {
    const reply = await api.inject({ method: 'POST', url: `/${name}` })
    assert.deepEqual([reply.statusCode, reply.json()], [405, { [name]: 'method_not_allowed' }])
  }
})
