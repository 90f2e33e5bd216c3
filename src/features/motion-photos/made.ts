// made: something is made by a run, for whoever waits for the answer; whoever hangs up or waits too long cancels it.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../lib/errors.ts'
import type { Draft, Run, RunOutput, Runs } from '../../runs/run.ts'
import type { NewStep } from '../../runs/steps/contract.ts'
import { whenAnswered } from '../../web/answered.ts'
import { failureOf, noSession } from './errors.ts'
import { progressIdOf } from './progress-id.ts'
import type { MotionServices } from './services.ts'

export type Order = {
  readonly sessionId: string
  readonly prefix: 'prep' | 'photo' | 'thumb'
  /** To be shown again. */
  readonly asked: unknown
  readonly steps: readonly NewStep[]
  /** The name of the output. */
  readonly output: string
  /** Since the request began. */
  readonly patienceMs: number
}

export type Made = { readonly run: Run; readonly output: RunOutput }

/** Throws what the maker found wrong, in words for whoever asked, and `processing_failed`. */
export async function make(
  { runs, sessions }: Pick<MotionServices, 'runs' | 'sessions'>,
  { owner, once, headers }: FastifyRequest,
  reply: FastifyReply,
  order: Order,
): Promise<Made> {
  const { asked, prefix, steps } = order
  const waiting = waitFor(reply, order.patienceMs)
  const draft: Draft = { door: 'motion-photos', prefix, owner, request: asked, steps, warnings: [] }
  const makeOnce = async (id: string): Promise<Made | undefined> => {
    try {
      await sessions.addRun(order.sessionId, id, progressIdOf(headers))
      const run = await runs.ended(id, { owner }, waiting.signal)
      const output = outputOf(run, order.output)
      return (await sessions.addArtifact(order.sessionId, output.sha256)) ? { run, output } : undefined
    } catch (thrown) {
      // It may have ended by itself just now.
      await runs.cancel(id, { owner }).catch(() => undefined)
      throw thrown
    }
  }
  try {
    const { id } = await startOrGoOn(runs, { ...draft, ...(once !== undefined && { once }) })
    // What had been made before may have gone with another session, just before this one named it.
    for (let made = await makeOnce(id); ; made = await makeOnce((await runs.start(draft)).id)) if (made) return made
  } finally {
    waiting.end()
  }
}

// The same request, sent again after it was cut off, goes on with what it had begun.
async function startOrGoOn(runs: Runs, draft: Draft): Promise<Run> {
  const run = await runs.start(draft)
  const isOver = run.status === 'cancelled' || run.status === 'failed'
  return isOver ? await runs.retry(run.id, draft) : run
}

function waitFor(reply: FastifyReply, patienceMs: number) {
  const ending = new AbortController()
  const tooLate = () => ending.abort(new AppError('processing_failed', `This took longer than ${patienceMs / 1000} s`))
  const timer = setTimeout(tooLate, Math.max(0, patienceMs - reply.elapsedTime))
  const forget = whenAnswered(reply, () => ending.abort(new AppError('request_timeout', 'Whoever asked has gone')))
  return {
    signal: ending.signal,
    end() {
      clearTimeout(timer)
      forget()
    },
  }
}

function outputOf(run: Run, name: string): RunOutput {
  const output = run.outputs.find(({ id }) => id === name)
  if (run.status === 'completed' && output) return output
  if (run.error) throw failureOf(run.error)
  // Nobody cancels what somebody waits for, unless its session ends.
  throw noSession()
}
