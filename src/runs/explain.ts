// explain: what would run for a graph, as far as its sources are known. Nothing is started, nothing is read.
import { compile } from '../engine/compile.ts'
import type { Graph } from '../engine/graph.ts'
import { outputKey } from '../engine/key.ts'
import type { Probe } from '../engine/probe.ts'
import { AppError } from '../lib/errors.ts'
import type { RunsMeans } from './open.ts'
import type { ExplainedStep, Explanation } from './run.ts'
import { type Material, passesOf, planOf } from './steps/plan.ts'

type Known = { readonly digest: string; readonly probe: Probe }

// Somebody waits for the answer, and servers that strangers chose may take all the time in the world.
const PATIENCE_MS = 15_000

/**
 * Throws `spec_invalid` for faults that only the known media shows, `source_missing` when there is no such file, and
 * `unavailable` when all the sources together have not answered in time.
 */
export async function explain(
  means: Pick<RunsMeans, 'sources' | 'capabilities' | 'threads' | 'artifacts'>,
  graph: Graph,
  owner: string,
  patienceMs = PATIENCE_MS,
): Promise<Explanation> {
  const known = await lookUpAll(means, graph, owner, patienceMs)
  const reading = graph.inputs.flatMap(({ id }): ExplainedStep[] => [
    { name: `fetch ${id}`, kind: 'fetch', cached: known.has(id) },
    { name: `probe ${id}`, kind: 'probe', ...(known.has(id) ? { cached: true } : { needs: 'fetch' }) },
  ])
  if (known.size < graph.inputs.length)
    return { steps: [...reading, { name: 'plan', kind: 'plan', needs: 'fetch' }], warnings: [] }
  const { passes, warnings } = await explainPasses(means, graph, known)
  return {
    steps: [...reading, { name: 'plan', kind: 'plan' }, ...passes, { name: 'deliver', kind: 'deliver' }],
    warnings,
  }
}

async function lookUpAll(means: Pick<RunsMeans, 'sources'>, graph: Graph, owner: string, patienceMs: number) {
  const known = new Map<string, Known>()
  const patience = new AbortController()
  const late = new AppError('unavailable', 'The sources did not answer in time: a job waits for them longer')
  const timer = setTimeout(() => patience.abort(late), patienceMs)
  try {
    for (const { id, source } of graph.inputs) {
      const found = await lookUp(means, source, owner, patience.signal)
      if (found) known.set(id, found)
    }
    return known
  } finally {
    clearTimeout(timer)
  }
}

async function lookUp(
  { sources }: Pick<RunsMeans, 'sources'>,
  location: string,
  owner: string,
  signal: AbortSignal,
): Promise<Known | undefined> {
  const source = await sources.locate(location, owner, signal)
  const digest = await sources.knownDigest(source)
  const probe = digest === undefined ? undefined : await sources.knownProbe(digest)
  return digest !== undefined && probe ? { digest, probe } : undefined
}

async function explainPasses(means: Parameters<typeof explain>[0], graph: Graph, known: ReadonlyMap<string, Known>) {
  const { capabilities, threads, artifacts } = means
  const probes = new Map([...known].map(([id, { probe }]) => [id, probe]))
  const digests = new Map([...known].map(([id, { digest }]) => [id, digest]))
  const material: Material = { graph, sources: {}, probes: Object.fromEntries(probes) }
  const { plan, warnings } = planOf(material, capabilities)
  const passes: ExplainedStep[] = []
  for (const { name, outputs } of passesOf(plan)) {
    const made = await Promise.all(
      outputs.map(output => artifacts.isKnown(outputKey(output, digests, { capabilities, threads }))),
    )
    const missing = outputs.filter((_, position) => !made[position])
    const command = missing.length > 0 ? compile(missing, probes, { threads, capabilities }).command : undefined
    passes.push({
      name,
      kind: 'render',
      cached: missing.length === 0,
      ...(command && { command: [command.program, ...command.args] }),
    })
  }
  return { passes, warnings }
}
