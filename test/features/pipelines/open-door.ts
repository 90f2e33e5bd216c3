// open-door: the pipelines door over fake runs, with the real reader of specs.
import { pino } from 'pino'
import { describeOperations } from '../../../src/engine/operations/index.ts'
import { validate } from '../../../src/engine/validate.ts'
import { pipelinesDoor } from '../../../src/features/pipelines/routes.ts'
import type { PipelineServices } from '../../../src/features/pipelines/services.ts'
import { openServer, type ServerLimits } from '../../../src/web/server.ts'
import { type FakeRuns, fakeRuns } from './fake-runs.ts'

const names = (...list: string[]): ReadonlySet<string> => new Set(list)

export const CAPABILITIES = {
  version: '5.1.9',
  encoders: names('libx264', 'aac', 'libmp3lame'),
  decoders: names('h264', 'aac'),
  filters: names('trim', 'atrim', 'scale', 'setpts', 'asetpts'),
  muxers: names('mp4', 'mp3'),
}

export function services(runs: FakeRuns, given: Partial<PipelineServices> = {}): PipelineServices {
  return {
    runs,
    readSpec: spec => validate(spec, { capabilities: CAPABILITIES, checkLocation: (_use, location) => ({ location }) }),
    operations: describeOperations(),
    auth: 'optional',
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
