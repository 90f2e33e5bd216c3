// open-door: the pipelines door over fake runs.
import { pino } from 'pino'
import { describeOperations } from '../../../src/engine/operations/index.ts'
import { pipelinesDoor } from '../../../src/features/pipelines/routes.ts'
import type { PipelineServices } from '../../../src/features/pipelines/services.ts'
import { openServer, type ServerLimits } from '../../../src/web/server.ts'
import { type FakeRuns, fakeRuns } from './fake-runs.ts'

export function services(runs: FakeRuns, given: Partial<PipelineServices> = {}): PipelineServices {
  return {
    runs,
    operations: describeOperations(),
    auth: 'optional',
    version: '0.1.0',
    health: async () => ({
      status: 'ok',
      version: '0.1.0',
      database: 'pglite',
      ffmpeg: '5.1.9',
      sandbox: 'bubblewrap',
      queues: { cpu: 0 },
    }),
    ...given,
  }
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
