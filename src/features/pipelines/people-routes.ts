// people-routes: admins make, see, disable and delete users, and make tokens; whoever has a token renews it.
import { z } from 'zod'
import { refusal } from '../../access/refusal.ts'
import { newSecret } from '../../lib/ids.ts'
import { requireRole } from '../../web/authenticate.ts'
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { toUser } from './people.ts'
import * as schemas from './people-schemas.ts'
import { refusals } from './schemas.ts'
import type { PipelineServices } from './services.ts'

type PeopleServices = Pick<PipelineServices, 'access'>

/** For a scope in which credentials are required. */
export function peopleRoutes(api: Api, services: PeopleServices): void {
  makeRoutes(api, services)
  userRoutes(api, services)
  renewRoute(api, services)
}

const described = { tags: ['people'], security: securityOf('required') }
const onRequest = requireRole('admin')
// An answer that is kept to be given again would keep the secret that is in it.
const config = { idempotent: false }
const UNCACHED = ['cache-control', 'no-store'] as const

function makeRoutes(api: Api, { access }: PeopleServices): void {
  const make = { ...described, operationId: 'createUser', summary: 'Make a user; for admins', body: schemas.newUser }
  const user = { ...make, response: { 201: schemas.user, ...refusals } }
  api.post('/api/v1/admin/users', { schema: user, config, onRequest }, async ({ body }, reply) => {
    const password = body.password ?? newSecret('pw')
    const made = toUser(await access.users.create({ ...body, password }))
    return reply
      .code(201)
      .header(...UNCACHED)
      .send({ ...made, ...(body.password === undefined && { password }) })
  })

  const mint = { ...described, operationId: 'createToken', summary: 'Make a token; for admins', body: schemas.newToken }
  const token = { ...mint, response: { 201: schemas.token, ...refusals } }
  api.post('/api/v1/admin/tokens', { schema: token, config, onRequest }, async ({ body }, reply) => {
    const { user_id: userId, hours, ...said } = body
    const made = await access.tokens.generate({ userId, ...said }, hours)
    return reply
      .code(201)
      .header(...UNCACHED)
      .send(await shown(access, made))
  })
}

function userRoutes(api: Api, { access }: PeopleServices): void {
  const all = { ...described, operationId: 'listUsers', summary: 'List users; for admins' }
  const list = { ...all, response: { 200: z.array(schemas.user), ...refusals } }
  api.get('/api/v1/admin/users', { schema: list, onRequest }, async () => (await access.users.list()).map(toUser))

  const one = { ...described, params: schemas.userParams, response: { 200: schemas.user, ...refusals } }
  const disable = { ...one, operationId: 'disableUser', summary: "Refuse a user's tokens and keys; for admins" }
  api.post('/api/v1/admin/users/:email/disable', { schema: disable, onRequest }, async ({ params }) =>
    toUser(await access.users.disable(params.email)),
  )
  const remove = { ...one, operationId: 'deleteUser', summary: 'The same, and forget who it was; for admins' }
  api.delete('/api/v1/admin/users/:email', { schema: remove, onRequest }, async ({ params }) =>
    toUser(await access.users.remove(params.email)),
  )
}

function renewRoute(api: Api, { access }: PeopleServices): void {
  const schema = {
    ...described,
    operationId: 'renewToken',
    summary: 'Your token once more, good from now on',
    response: { 200: schemas.token, ...refusals },
  }
  api.post('/api/v1/tokens/refresh', { schema, config }, async ({ principal }, reply) => {
    // A key is no token, and its life is not longer for being used.
    if (principal.method !== 'jwt') throw refusal('token')
    const { userId, email, role } = principal
    return reply.header(...UNCACHED).send(await shown(access, await access.tokens.generate({ userId, email, role })))
  })
}

async function shown({ tokens }: PeopleServices['access'], token: string): Promise<z.infer<typeof schemas.token>> {
  return { token, expires_at: (await tokens.verify(token)).expiresAt.toISOString() }
}
