// job: sends a spec as a client would, and says how long it took until everything was delivered.
import type { App } from '../src/app.ts'
import { graphSteps } from '../src/runs/steps/graph.ts'

/** Milliseconds. Throws when the job fails. */
export async function timeJob({ runs }: App, spec: object): Promise<number> {
  const { graph, faults, warnings } = runs.check(spec)
  if (!graph) throw new Error(JSON.stringify(faults))
  const started = performance.now()
  const run = await runs.start({
    door: 'bench',
    prefix: 'bench',
    owner: 'bench',
    request: spec,
    steps: graphSteps(graph),
    warnings,
  })
  for await (const _event of runs.events(run.id, run, 0, new AbortController().signal));
  const elapsedMs = performance.now() - started
  const { status, error } = await runs.get(run.id, run)
  if (status !== 'completed') throw new Error(`${status}: ${error?.message}`)
  return elapsedMs
}
