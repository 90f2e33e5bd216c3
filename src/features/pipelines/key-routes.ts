// key-routes: callers make, see, revoke and delete their own API keys; admins everybody's.
import { z } from 'zod'
import { refusal } from '../../access/refusal.ts'
import { securityOf } from '../../web/openapi.ts'
import { setPageHeaders } from '../../web/paging.ts'
import type { Api } from '../../web/server.ts'
import * as schemas from './access-schemas.ts'
import { toKey, toNewKey } from './keys.ts'
import { refusals } from './schemas.ts'
import type { PipelineServices } from './services.ts'

type KeyServices = Pick<PipelineServices, 'access'>

/** For a scope in which credentials are required: nobody in particular has no keys. */
export function keyRoutes(api: Api, services: KeyServices): void {
  createRoute(api, services)
  listRoute(api, services)
  endRoutes(api, services)
}

const described = { tags: ['keys'], security: securityOf('required') }

function createRoute(api: Api, { access }: KeyServices): void {
  const schema = {
    ...described,
    operationId: 'createKey',
    summary: 'Make an API key',
    description: 'The answer is the only one that ever has the whole key.',
    body: schemas.newKey,
    response: { 201: schemas.key, ...refusals },
  }
  // An answer that is kept to be given again would keep the key.
  api.post('/api/v1/keys', { schema, config: { idempotent: false } }, async (request, reply) => {
    const { key, secret } = await access.keys.generate(toNewKey(request.body, request.principal))
    // A cache that keeps this answer keeps the key.
    return reply.code(201).header('cache-control', 'no-store').send(toKey(key, secret))
  })
}

function listRoute(api: Api, { access }: KeyServices): void {
  const schema = {
    ...described,
    operationId: 'listKeys',
    summary: 'List API keys, newest first',
    description: 'X-Total-Count has the number of all, Link the neighbouring pages.',
    querystring: schemas.keyQuery,
    response: { 200: z.array(schemas.key), ...refusals },
  }
  api.get('/api/v1/keys', { schema }, async (request, reply) => {
    const { limit, offset, user_id: asked } = request.query
    const { owner, seesAll } = request.viewer
    if (!seesAll && asked !== undefined && asked !== owner) throw refusal('role')
    const found = await access.keys.list({ userId: seesAll ? asked : owner, limit, offset })
    setPageHeaders(request, reply, { limit, offset, total: found.total })
    return found.keys.map(key => toKey(key))
  })
}

function endRoutes(api: Api, { access }: KeyServices): void {
  const schema = { ...described, params: schemas.keyParams, response: { 200: schemas.key, ...refusals } }
  const revoke = { ...schema, operationId: 'revokeKey', summary: 'Refuse an API key from now on' }
  api.post('/api/v1/keys/:id/revoke', { schema: revoke }, async ({ params, viewer }) => {
    return toKey(await access.keys.revoke(params.id, viewer))
  })
  const remove = { ...schema, operationId: 'deleteKey', summary: 'Refuse an API key from now on, and forget it' }
  api.delete('/api/v1/keys/:id', { schema: remove }, async ({ params, viewer }) => {
    return toKey(await access.keys.remove(params.id, viewer))
  })
}
