// open-door: the pipelines door over fake runs.
import { pino } from 'pino'
import type { Keys } from '../../../src/access/keys.ts'
import { refusal } from '../../../src/access/refusal.ts'
import type { Tokens } from '../../../src/access/tokens.ts'
import type { Users } from '../../../src/access/users.ts'
import { describeOperations } from '../../../src/engine/operations/index.ts'
import { pipelinesDoor } from '../../../src/features/pipelines/routes.ts'
import type { PipelineServices } from '../../../src/features/pipelines/services.ts'
import { openFetcher } from '../../../src/fetch/open.ts'
import { openServer, type ServerLimits } from '../../../src/web/server.ts'
import { type FakeRuns, fakeRuns } from './fake-runs.ts'

export function services(runs: FakeRuns, given: Partial<PipelineServices> = {}): PipelineServices {
  return {
    runs,
    webhooks: SILENT,
    metrics: { contentType: 'text/plain', text: async () => '', watch: () => undefined },
    operations: describeOperations(),
    auth: 'optional',
    access: NOBODY,
    version: '0.1.0',
    health: async () => ({
      status: 'ok',
      version: '0.1.0',
      database: 'pglite',
      ffmpeg: '5.1.9',
      sandbox: 'bubblewrap+seccomp',
      queues: { cpu: 0 },
    }),
    stats: () => Promise.reject(new Error('Nothing is counted here')),
    ...given,
  }
}

// Whoever may be called is called in the spelling that was given, and there is nothing to tell.
const SILENT: PipelineServices['webhooks'] = {
  check: openFetcher({ allow: [], maxBytes: 1 }).check,
  deliveries: () => Promise.reject(new Error('Nothing is sent here')),
  redeliver: () => Promise.reject(new Error('Nothing is sent here')),
  secret: () => Promise.reject(new Error('Nothing is signed here')),
  rotateSecret: () => Promise.reject(new Error('Nothing is signed here')),
}

// Whoever comes with credentials is a stranger, and nobody has a key.
const NOBODY: PipelineServices['access'] = {
  identify: credential => Promise.reject(refusal('key' in credential ? 'key' : 'token')),
  keys: {} as Keys,
  tokens: {} as Tokens,
  users: {} as Users,
}

export async function openDoor(
  runs: FakeRuns = fakeRuns(),
  given: Partial<PipelineServices> = {},
  limits: Partial<ServerLimits> = {},
) {
  return await openServer(pipelinesDoor(services(runs, given)), pino({ level: 'silent' }), limits)
}

/** The first job of document 000. */
export const SPEC = {
  inputs: [{ id: 'input1', source: 'test.mp4' }],
  operations: [{ op: 'trim', input: 'input1', output: 'trimmed', params: { start: '00:00:10', duration: '00:00:30' } }],
  outputs: [{ id: 'trimmed', destination: 'output.mp4' }],
}
