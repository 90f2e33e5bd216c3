// render: one pass: makes the outputs that nobody has made before, each measured and kept on its own.
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Capabilities } from '../../engine/capabilities.ts'
import { type Compiled, compile } from '../../engine/compile.ts'
import { outputKey } from '../../engine/key.ts'
import type { PlannedOutput } from '../../engine/planned.ts'
import type { Probe } from '../../engine/probe.ts'
import type { SourceLimits } from '../../engine/source-limits.ts'
import { probeByDecoding } from '../../ffmpeg/decoded.ts'
import { decodingErrors, withoutMissedFrames } from '../../ffmpeg/decoding-errors.ts'
import { encode } from '../../ffmpeg/encode.ts'
import { AppError } from '../../lib/errors.ts'
import { toSeconds } from '../../lib/time.ts'
import type { Processes } from '../../process/open.ts'
import type { Finished } from '../../process/run.ts'
import type { Artifact, Artifacts } from '../artifacts.ts'
import { decodeTogether, passGate } from '../gate.ts'
import type { LocalSource, Sources } from '../sources.ts'
import { defineStep, type StepContext } from './contract.ts'
import { type Material, planOf } from './plan.ts'

export type Rendered = { readonly outputs: readonly RenderedOutput[] }
export type RenderedOutput = Artifact & { readonly index: number; readonly cached: boolean }

export type RenderMeans = {
  readonly processes: Processes
  readonly capabilities: Capabilities
  readonly artifacts: Artifacts
  readonly sources: Sources
  /** How many threads an encoder gets; part of what it makes. */
  readonly threads: number
  readonly limits: { readonly wallSeconds: number; readonly outputBytes: number; readonly source: SourceLimits }
}

type Keyed = { readonly output: PlannedOutput; readonly key: string }

export function renderStep(means: RenderMeans) {
  return defineStep({
    name: 'render',
    params: z.strictObject({ outputs: z.array(z.int()) }),

    async run({ outputs: indices }, context) {
      const material = context.results.get('plan') as Material
      const wanted = keyed(means, material).filter(({ output }) => indices.includes(output.index))
      const found = await Promise.all(wanted.map(({ output, key }) => findMade(means, context, output.index, key)))
      const missing = wanted.filter((_, position) => !found[position])
      const made = missing.length > 0 ? await make(means, context, material, missing) : []
      const outputs = [...found.flatMap(output => output ?? []), ...made]
      return {
        result: { outputs } satisfies Rendered,
        facts: { made: made.length, reused: outputs.length - made.length },
        warnings: outputs.flatMap(({ index, facts: { lacks = [] } }) =>
          lacks.map(message => ({ pointer: `/outputs/${index}`, message })),
        ),
      }
    },
  })
}

function keyed({ capabilities, threads }: RenderMeans, material: Material): Keyed[] {
  const digests = new Map(Object.entries(material.sources).map(([input, { digest }]) => [input, digest]))
  return planOf(material, capabilities).plan.outputs.map(output => ({
    output,
    key: outputKey(output, digests, { capabilities, threads }),
  }))
}

// What an earlier attempt of this very run made is its own work.
async function findMade({ artifacts }: RenderMeans, { runId }: StepContext, index: number, key: string) {
  const found = await artifacts.find(key)
  return found && { ...found, index, cached: found.madeBy !== runId }
}

async function make(
  means: RenderMeans,
  context: StepContext,
  material: Material,
  missing: readonly Keyed[],
): Promise<RenderedOutput[]> {
  const outputs = missing.map(({ output }) => output)
  const probes = new Map(Object.entries(material.probes))
  const compiled = compile(outputs, probes, means)
  const opened = await openSources(means, context, material, compiled.inputs)
  const { log } = await encodePass(means, context, compiled, opened, outputs)
  const complaints = decodingErrors(compiled.sought ? withoutMissedFrames(log) : log)
  // Without silence where packets could not be decoded, all that follows would be heard too early.
  const filled = complaints.audio ? compile(outputs, withGaps(probes), means) : compiled
  if (!isDeepStrictEqual(filled, compiled)) await encodePass(means, context, filled, opened, outputs)
  for (const source of opened)
    if (!(await source.isSame()))
      throw new AppError('source_changed', 'A source was changed while it was being read: send the job again')
  const paths = new Map(compiled.inputs.map((input, position) => [input, opened[position]?.path ?? '']))
  const decodable = once(() => planDecodable(means, context, material, paths))
  return await keepGood(means, context, missing, { files: compiled.files, complaints, decodable })
}

function withGaps(probes: ReadonlyMap<string, Probe>): ReadonlyMap<string, Probe> {
  return new Map(
    [...probes].map(([input, { audio, ...probe }]) => [
      input,
      { ...probe, ...(audio && { audio: { ...audio, flaws: { ...audio.flaws, undecodable: true } } }) },
    ]),
  )
}

/** The outputs as they would be planned if the sources said what can really be decoded of them. */
async function planDecodable(
  { processes, capabilities }: RenderMeans,
  { signal }: StepContext,
  material: Material,
  paths: ReadonlyMap<string, string>,
): Promise<readonly PlannedOutput[]> {
  const decoding = [...paths].map(async ([input, path]) => {
    const probe = material.probes[input]
    return probe && !probe.video?.picture
      ? [input, await probeByDecoding(processes, path, probe, { capabilities, signal })]
      : []
  })
  const probes = {
    ...material.probes,
    ...Object.fromEntries((await Promise.all(decoding)).filter(({ length }) => length)),
  }
  return planOf({ ...material, probes }, capabilities).plan.outputs
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asked: Promise<Value> | undefined
  return () => (asked ??= ask())
}

async function encodePass(
  { processes, limits }: RenderMeans,
  { workspace, signal, progress }: StepContext,
  { command }: Compiled,
  opened: readonly LocalSource[],
  outputs: readonly PlannedOutput[],
): Promise<Finished> {
  const expectedUs = Math.max(...outputs.map(({ durationUs = 0 }) => durationUs))
  const box = { reads: opened.map(({ path }) => path), writes: workspace.outputs }
  return await encode(processes, command, box, {
    signal,
    expectedUs,
    // The last per cents are for the gate.
    onProgress: fraction => progress(fraction * 0.95),
    limits: {
      wallMs: wallSeconds(toSeconds(expectedUs), outputs.length, limits.wallSeconds) * 1000,
      outputBytes: limits.outputBytes,
    },
  })
}

// Slow presets on small machines take a hundred times the duration; a process that hangs takes for ever.
function wallSeconds(durationS: number, outputs: number, most: number): number {
  return durationS > 0 ? Math.min(most, 300 + durationS * outputs * 200) : most
}

type Made = {
  readonly files: readonly string[]
  readonly complaints: ReturnType<typeof decodingErrors>
  readonly decodable: () => Promise<readonly PlannedOutput[]>
}

// What is good is kept even when another output of the pass is not: the next attempt makes only what is missing.
async function keepGood(
  means: RenderMeans,
  context: StepContext,
  missing: readonly Keyed[],
  { files, complaints, decodable }: Made,
): Promise<RenderedOutput[]> {
  const paths = files.map(file => context.workspace.output(file))
  const decodes = missing.length > 1 ? together(means, missing, paths, context.signal) : undefined
  const results = await Promise.allSettled(
    missing.map(async ({ output, key }, position) => {
      const file = paths[position] ?? ''
      const { digest, facts } = await passGate(means.processes, output, file, {
        signal: context.signal,
        decodes,
        decodable: async () => plannedAs(output, await decodable()),
      })
      const complained = [output.video && complaints.video, output.audio && complaints.audio]
      const lacks = [...(facts.lacks ?? []), ...complained.flatMap(complaint => complaint ?? [])]
      const made = { digest, facts: { ...facts, ...(lacks.length > 0 && { lacks }) } }
      const artifact = await means.artifacts.publish(key, file, made, context.runId)
      return { ...artifact, index: output.index, cached: false }
    }),
  )
  await decodes
  const failed = results.find(result => result.status === 'rejected')
  if (failed) throw failed.reason
  return results.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
}

function together(
  { processes }: RenderMeans,
  missing: readonly Keyed[],
  paths: readonly string[],
  signal: AbortSignal,
) {
  const files = missing.map(({ output }, position) => ({ planned: output, file: paths[position] ?? '' }))
  return decodeTogether(processes, files, signal)
}

function plannedAs({ index }: PlannedOutput, outputs: readonly PlannedOutput[]): PlannedOutput {
  const found = outputs.find(output => output.index === index)
  if (!found) throw new TypeError(`there is no output ${index}`)
  return found
}

function openSources(
  { sources }: RenderMeans,
  { owner, workspace, signal }: StepContext,
  material: Material,
  inputs: readonly string[],
): Promise<LocalSource[]> {
  const opened = new Map<string, Promise<LocalSource>>()
  return Promise.all(
    inputs.map(input => {
      const { source, digest } = sourceOf(material, input)
      // A pass may open one source several times.
      const once =
        opened.get(input) ?? sources.open({ source, owner, digest }, workspace.file(`source-${opened.size}`), signal)
      opened.set(input, once)
      return once
    }),
  )
}

function sourceOf({ sources }: Material, input: string) {
  const source = sources[input]
  if (!source) throw new TypeError(`the input "${input}" was never fetched`)
  return source
}
