// openapi: docs/openapi/*.json, from doors that are described but never opened: no database and no ffmpeg is needed.
import { pino } from 'pino'
import type { Keys } from '../../src/access/keys.ts'
import { openPipelinesDoor } from '../../src/api.ts'
import { loadConfig } from '../../src/config.ts'
import type { Runs } from '../../src/runs/run.ts'
import type { Webhooks } from '../../src/runs/webhooks/delivery.ts'
import { openServer } from '../../src/web/server.ts'

export async function describeDoors(): Promise<Record<string, string>> {
  return { 'docs/openapi/pipelines.json': await describePipelines() }
}

async function describePipelines(): Promise<string> {
  // Describing a route calls no handler, so nothing need stand behind it.
  const nobody = () => Promise.reject(new Error('Nothing is served here'))
  const access = { identify: nobody, keys: {} as Keys }
  const services = {
    config: loadConfig({}),
    runs: {} as Runs,
    webhooks: {} as Webhooks,
    access,
    health: nobody,
    statistics: nobody,
    metrics: { contentType: 'text/plain', text: nobody, watch: () => undefined },
  }
  const door = openPipelinesDoor(services)
  const api = await openServer(door, pino({ level: 'silent' }))
  await api.ready()
  // As a file it has no address of its own to be relative to.
  const described = { ...api.swagger(), servers: [{ url: 'http://localhost:8081' }] }
  return `${JSON.stringify(described, null, 2)}\n`
}
