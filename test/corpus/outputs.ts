// outputs: makes outputs of a source as a run does, with the steps of a run: planned, rendered, past the gate.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { PlannedOutput } from '../../src/engine/planned.ts'
import type { Probe } from '../../src/engine/probe.ts'
import { validate } from '../../src/engine/validate.ts'
import { probe } from '../../src/ffmpeg/probe.ts'
import type { Processes } from '../../src/process/open.ts'
import type { Artifacts } from '../../src/runs/artifacts.ts'
import { passesOf, planOf } from '../../src/runs/steps/plan.ts'
import { type Rendered, renderStep } from '../../src/runs/steps/render.ts'
import { openWorkspace } from '../../src/runs/workspace.ts'
import { CAPABILITIES, type Spec, SURROUNDINGS } from '../engine/spec-plan.ts'

const unasked = async () => assert.fail('a render step does not ask this')

const KEEPING_NOTHING: Artifacts = {
  find: async () => undefined,
  publish: async (_key, _file, made) => ({ ...made, sizeBytes: 0 }),
  isKnown: unasked,
  locate: unasked,
  open: unasked,
  forget: unasked,
}
const UNASKED = { locate: unasked, digest: unasked, knownDigest: unasked, probe: unasked, knownProbe: unasked }

export type Output = {
  readonly planned: PlannedOutput
  readonly path: string
  /** Of planning and of rendering, in words. */
  readonly warnings: readonly string[]
}
export type Run = { readonly probe: Probe; readonly outputs: readonly Output[] }

/** One input, "a". What it writes stays in `scratch`. */
export async function outputsOf(
  processes: Processes,
  path: string,
  specOf: (source: Probe) => Spec,
  scratch: string,
): Promise<Run> {
  const source = await probe(processes, path)
  const spec = specOf(source)
  const { graph, faults } = validate(spec, SURROUNDINGS)
  if (!graph) throw new Error(faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; '))
  const material = {
    graph,
    sources: { a: { input: 'a', source: path, digest: 'a'.repeat(64) } },
    probes: { a: source },
  }
  const { plan, warnings } = planOf(material, CAPABILITIES)
  const workspace = await openWorkspace(scratch, 'render', 1)
  const step = renderStep({
    processes,
    capabilities: CAPABILITIES,
    artifacts: KEEPING_NOTHING,
    sources: { ...UNASKED, open: async () => ({ path, isSame: async () => true }) },
    threads: 1,
    limits: { wallSeconds: 120, outputBytes: 100 * 1024 ** 2, source: { seconds: 60, pixels: 1_000_000 } },
  })
  const told = [...warnings]
  for (const { outputs } of passesOf(plan)) {
    const outcome = await step.run(
      { outputs: outputs.map(({ index }) => index) },
      {
        runId: 'run',
        owner: 'owner',
        signal: new AbortController().signal,
        workspace,
        results: new Map([['plan', material]]),
        notes: { found: undefined, keep: async () => {} },
        progress: () => {},
        assertMine: async () => {},
      },
    )
    if ((outcome.result as Rendered).outputs.length !== outputs.length) throw new Error('an output is missing')
    told.push(...(outcome.warnings ?? []))
  }
  return {
    probe: source,
    outputs: plan.outputs.map(planned => ({
      planned,
      path: join(workspace.outputs, `${planned.index}.${planned.container}`),
      warnings: told.filter(({ pointer }) => isOf(pointer, planned, spec)).map(one => one.message),
    })),
  }
}

function isOf(pointer: string, { id, index }: PlannedOutput, { operations = [] }: Spec): boolean {
  const operation = operations.findIndex(({ output }) => output === id)
  return pointer.startsWith(`/outputs/${index}`) || pointer.startsWith(`/operations/${operation}`)
}
