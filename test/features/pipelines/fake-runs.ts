// fake-runs: runs in memory that nothing ever works on, behind the real reader of specs, for tests of the HTTP in front of them.
import { validate } from '../../../src/engine/validate.ts'
import { AppError } from '../../../src/lib/errors.ts'
import { newId } from '../../../src/lib/ids.ts'
import type { Draft, Explanation, Run, RunEvent, Runs, Viewer } from '../../../src/runs/run.ts'

export type FakeRuns = Runs & {
  readonly drafts: Draft[]
  /** The id of the next run whose listener goes away. */
  untilAborted(): Promise<string>
  put(run: Partial<Run>): Run
  /** Adds an event; the last one ends the stream. */
  tell(id: string, event: Omit<RunEvent, 'createdAt'>, last?: 'last'): void
}

export const AT = new Date('2024-12-22T10:30:00.000Z')

export function fakeRuns(explanation: Explanation = { steps: [], warnings: [] }): FakeRuns {
  const drafts: Draft[] = []
  const stored: Run[] = []
  const aborted = Promise.withResolvers<string>()
  const streams = new Map<string, { events: RunEvent[]; ended: boolean; wake: () => void }>()

  const sees = (run: Run, { owner, seesAll }: Viewer) => seesAll === true || run.owner === owner
  const find = (id: string, viewer: Viewer): Run => {
    const run = stored.find(each => each.id === id && sees(each, viewer))
    if (!run) throw new AppError('run_not_found', 'There is no such run')
    return run
  }
  const put = (given: Partial<Run>): Run => {
    const run = { ...blank(), ...given }
    stored.unshift(run)
    return run
  }
  const stream = (id: string) => {
    const found = streams.get(id) ?? { events: [], ended: false, wake: () => undefined }
    streams.set(id, found)
    return found
  }

  return {
    drafts,
    untilAborted: () => aborted.promise,
    put,
    check: spec =>
      validate(spec, {
        capabilities: CAPABILITIES,
        checkLocation: (use, location) => ({ location: `${use} ${location}` }),
      }),
    tell(id, event, last) {
      const told = stream(id)
      told.events.push({ ...event, createdAt: AT })
      told.ended = last === 'last'
      told.wake()
    },
    async start(draft) {
      drafts.push(draft)
      const { owner, request, warnings, priority = 0, metadata, webhookUrl } = draft
      const given = { ...(metadata && { metadata }), ...(webhookUrl !== undefined && { webhookUrl }) }
      return put({ owner, request, warnings, priority, ...given })
    },
    get: async (id, viewer) => find(id, viewer),
    async list({ viewer, status, limit, offset }) {
      const matching = stored.filter(run => sees(run, viewer) && (status === undefined || run.status === status))
      const page = matching.slice(offset, offset + limit).map(run => ({ ...run, steps: [] }))
      return { runs: page, total: matching.length }
    },
    async cancel(id, viewer) {
      const run = find(id, viewer)
      if (run.status !== 'pending' && run.status !== 'processing') throw new AppError('run_terminal', 'It has ended')
      return { ...run, status: 'cancelled', completedAt: AT }
    },
    async retry(id, viewer) {
      const { error: _, completedAt: __, ...run } = find(id, viewer)
      if (run.status !== 'failed' && run.status !== 'cancelled')
        throw new AppError('run_not_failed', 'Only a job that has failed or was cancelled can be retried')
      return { ...run, status: 'pending' }
    },
    ended: async (id, viewer) => find(id, viewer),
    async *events(id, _viewer, afterSeq, signal) {
      signal.addEventListener('abort', () => {
        aborted.resolve(id)
        stream(id).wake()
      })
      for (let seen = afterSeq; !signal.aborted; ) {
        const { events, ended } = stream(id)
        for (const event of events.filter(({ seq }) => seq > seen)) {
          yield event
          seen = event.seq
        }
        if (ended) return
        await new Promise<void>(resolve => {
          stream(id).wake = resolve
        })
      }
    },
    explain: async () => explanation,
  }
}

const names = (...list: string[]): ReadonlySet<string> => new Set(list)

const CAPABILITIES = {
  version: '5.1.9',
  encoders: names('libx264', 'aac', 'libmp3lame'),
  decoders: names('h264', 'aac'),
  filters: names('trim', 'atrim', 'scale', 'setpts', 'asetpts'),
  muxers: names('mp4', 'mp3'),
  habits: { clockFollowsUse: false, fieldOrderIsTold: true },
}

function blank(): Run {
  return {
    id: newId('job'),
    owner: 'anonymous',
    status: 'pending',
    request: { spec: {} },
    priority: 0,
    progress: 0,
    currentStep: 'pending',
    warnings: [],
    outputs: [],
    steps: [],
    createdAt: AT,
    updatedAt: AT,
  }
}
