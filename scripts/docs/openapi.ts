// openapi: docs/openapi/*.json, from doors that are described but never opened: no database and no ffmpeg is needed.
import { pino } from 'pino'
import { openPipelinesDoor } from '../../src/api.ts'
import { loadConfig } from '../../src/config.ts'
import type { Runs } from '../../src/runs/run.ts'
import { version } from '../../src/version.ts'
import { describeRoutes } from '../../src/web/openapi.ts'
import { openServer } from '../../src/web/server.ts'

export async function describeDoors(): Promise<Record<string, string>> {
  return { 'docs/openapi/pipelines.json': await describePipelines() }
}

async function describePipelines(): Promise<string> {
  // Describing a route calls no handler, so nothing need stand behind it.
  const nobody = () => Promise.reject(new Error('Nothing is served here'))
  const door = openPipelinesDoor({ config: loadConfig({}), runs: {} as Runs, health: nobody })
  const about = {
    title: 'Kinora pipelines',
    description: 'Declarative jobs over media: inputs, operations on them, and outputs.',
    version,
    url: 'http://localhost:8081',
  }
  const routes = async (api: Parameters<typeof door.routes>[0]) => {
    await describeRoutes(api, about)
    await door.routes(api)
  }
  const api = await openServer({ ...door, routes }, pino({ level: 'silent' }))
  await api.ready()
  return `${JSON.stringify(api.swagger(), null, 2)}\n`
}
