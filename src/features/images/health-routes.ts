// health-routes: whether pictures can be made now; open to everybody, for whoever balances load has no credentials.
import type { FastifyBaseLogger } from 'fastify'
import type { Api } from '../../web/server.ts'
import * as schemas from './answer-schemas.ts'
import type { ImageServices } from './services.ts'

export function healthRoutes(api: Api, services: ImageServices): void {
  // Whoever asks whether we work asks often.
  const config = { limits: [] }
  const described = { tags: ['service'] }
  const health = {
    ...described,
    operationId: 'getHealth',
    summary: 'Whether the service works',
    response: { 200: schemas.health, 503: schemas.health },
  }
  api.get('/api/v1/health', { schema: health, config }, async ({ log }, reply) => {
    const [database, bytes] = await Promise.all([works(services.health(), log), works(services.assertWorkable(), log)])
    const isHealthy = database && bytes
    return reply.code(isHealthy ? 200 : 503).send({
      status: isHealthy ? 'healthy' : 'unhealthy',
      version: services.version,
      environment: services.environment,
      // What events and limits are shared by is the database.
      services: { database, redis: database },
      timestamp: new Date().toISOString(),
    })
  })

  const live = {
    ...described,
    operationId: 'getLiveness',
    summary: 'Whether the process answers',
    response: { 200: schemas.probe },
  }
  api.get('/api/v1/health/live', { schema: live, config }, async () => ({ status: 'alive' }))

  const ready = {
    ...described,
    operationId: 'getReadiness',
    summary: 'Whether work can be taken',
    response: { 200: schemas.probe, 503: schemas.probe },
  }
  api.get('/api/v1/health/ready', { schema: ready, config }, async ({ log }, reply) => {
    const isReady = await works(Promise.all([services.health(), services.assertWorkable()]), log)
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not_ready' })
  })
}

async function works(trial: Promise<unknown>, log: FastifyBaseLogger): Promise<boolean> {
  try {
    await trial
    return true
  } catch (err) {
    log.error({ err }, 'something is down that the work needs')
    return false
  }
}
