// openapi: docs/openapi/*.json, from doors that are described but never opened: no database and no ffmpeg is needed.
import { pino } from 'pino'
import type { Keys } from '../../src/access/keys.ts'
import type { Tokens } from '../../src/access/tokens.ts'
import type { Users } from '../../src/access/users.ts'
import { type DoorServices, openPipelinesDoor, openStudioDoor } from '../../src/api.ts'
import { loadConfig } from '../../src/config.ts'
import type { SigningKey } from '../../src/features/images/provenance/key.ts'
import type { Gallery } from '../../src/features/images/services.ts'
import type { Sessions } from '../../src/features/motion-photos/sessions.ts'
import type { Processes } from '../../src/process/open.ts'
import type { ImageShelf } from '../../src/providers/image/index.ts'
import type { Artifacts } from '../../src/runs/artifacts.ts'
import type { Runs } from '../../src/runs/run.ts'
import type { Webhooks } from '../../src/runs/webhooks/delivery.ts'
import { type Door, openServer } from '../../src/web/server.ts'

export async function describeDoors(): Promise<Record<string, string>> {
  const services = nothing()
  return {
    'docs/openapi/pipelines.json': await describe(openPipelinesDoor(services), '/openapi.json', 8081),
    'docs/openapi/images.json': await describe(openStudioDoor(services), '/openapi/images.json', 8000),
    'docs/openapi/motion-photos.json': await describe(openStudioDoor(services), '/openapi/motion-photos.json', 8000),
  }
}

// Describing a route calls no handler, so nothing need stand behind it.
function nothing(): DoorServices {
  const nobody = () => Promise.reject(new Error('Nothing is served here'))
  return {
    config: loadConfig({}),
    runs: {} as Runs,
    webhooks: {} as Webhooks,
    artifacts: {} as Artifacts,
    images: { shelf: {} as ImageShelf, gallery: {} as Gallery, callers: new Map(), signingKey: {} as SigningKey },
    sessions: {} as Sessions,
    processes: {} as Processes,
    scratch: '',
    access: { identify: nobody, keys: {} as Keys, users: {} as Users, tokens: {} as Tokens },
    health: nobody,
    assertWorkable: nobody,
    statistics: nobody,
    metrics: { contentType: 'text/plain', text: nobody, watch: () => undefined },
  }
}

async function describe(door: Door, path: string, port: number): Promise<string> {
  const api = await openServer(door, pino({ level: 'silent' }))
  const reply = await api.inject(path)
  // As a file it has no address of its own to be relative to.
  const described = { ...reply.json(), servers: [{ url: `http://localhost:${port}` }] }
  return `${JSON.stringify(described, null, 2)}\n`
}
