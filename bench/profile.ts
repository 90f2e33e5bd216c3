// profile: where each millisecond of one job goes, from the request until whoever waits for it has heard of its end.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, openApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import type { RunEvent } from '../src/runs/run.ts'
import { graphSteps } from '../src/runs/steps/graph.ts'
import { openWorker } from '../src/worker.ts'
import { cases } from './cases.ts'
import { makeClips } from './clip.ts'
import { timeJob } from './job.ts'

/** A stretch of time on one clock: milliseconds since the epoch. */
type Span = { readonly name: string; readonly fromMs: number; readonly toMs: number }

/** Prints a table for one case, counted from 1, made for the second time: the first one warms everything up. */
export async function profileJob(number: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-bench-'))
  const app = await openApp(loadConfig({ KINORA_DATA_DIR: join(directory, 'data'), KINORA_LOG_LEVEL: 'error' }))
  const inside = watch(app)
  const worker = await openWorker(app)
  try {
    await makeClips(join(directory, 'data', 'uploads'))
    const spec = cases[number - 1]?.spec ?? {}
    await timeJob(app, spec)
    await app.workshop.db.kysely.deleteFrom('artifacts').execute()
    inside.length = 0
    const outside = await follow(app, spec)
    print(outside, inside)
  } finally {
    await worker.stop()
    await app.close()
    await rm(directory, { recursive: true, force: true })
  }
}

// What steps do, as they do it: every child process, and what is done with finished bytes.
function watch({ processes, artifacts }: App): Span[] {
  const spans: Span[] = []
  const timed =
    <Args extends unknown[], Answer>(nameOf: (args: Args) => string, work: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      const fromMs = now()
      try {
        return await work(...args)
      } finally {
        spans.push({ name: nameOf(args), fromMs, toMs: now() })
      }
    }
  Object.assign(processes, {
    run: timed(([{ program, args }]) => `${program} … ${args.at(-1)?.split('/').at(-1)}`, processes.run),
  })
  Object.assign(artifacts, {
    find: timed(() => 'look for what was made before', artifacts.find),
    publish: timed(() => 'keep: put on the disk, copy, note', artifacts.publish),
  })
  return spans
}

async function follow({ runs }: App, spec: object): Promise<Span[]> {
  const startedMs = now()
  const { graph, warnings } = runs.check(spec)
  if (!graph) throw new Error('the spec is wrong')
  const checkedMs = now()
  const draft = { door: 'bench', prefix: 'bench', owner: 'bench', request: spec, steps: graphSteps(graph), warnings }
  const run = await runs.start(draft)
  const spans = [
    { name: 'read and check the spec', fromMs: startedMs, toMs: checkedMs },
    { name: 'write the run, its steps and calls', fromMs: checkedMs, toMs: now() },
  ]
  const events: RunEvent[] = []
  for await (const event of runs.events(run.id, run, 0, new AbortController().signal)) events.push(event)
  return [...spans, ...spansOf(events, now())]
}

// An event has the time at which its transaction began: what the ledger takes is part of the wait for the next step.
function spansOf(events: readonly RunEvent[], heardMs: number): Span[] {
  const spans: Span[] = []
  let sinceMs = events[0]?.createdAt.getTime() ?? 0
  for (const { type, data, createdAt } of events) {
    const atMs = createdAt.getTime()
    if (type === 'step.started') spans.push({ name: '· ledger, queue, claim', fromMs: sinceMs, toMs: atMs })
    else if (type === 'step.completed') spans.push({ name: String(data['step']), fromMs: sinceMs, toMs: atMs })
    else if (type !== 'run.completed') continue
    sinceMs = atMs
  }
  return [...spans, { name: '· ledger, and the end is heard', fromMs: sinceMs, toMs: heardMs }]
}

function print(outside: readonly Span[], inside: readonly Span[]): void {
  const startMs = outside[0]?.fromMs ?? 0
  const row = (name: string, { fromMs, toMs }: Span) =>
    console.log(`${(fromMs - startMs).toFixed(0).padStart(8)}${(toMs - fromMs).toFixed(1).padStart(10)}  ${name}`)
  console.log(`${'at ms'.padStart(8)}${'takes ms'.padStart(10)}`)
  for (const span of outside) {
    row(span.name, span)
    const within = inside.filter(({ fromMs }) => fromMs >= span.fromMs && fromMs < span.toMs)
    if (!span.name.startsWith('·')) for (const part of within) row(`    ${part.name}`, part)
  }
  row('in all', { name: '', fromMs: startMs, toMs: outside.at(-1)?.toMs ?? 0 })
}

const now = () => performance.timeOrigin + performance.now()
