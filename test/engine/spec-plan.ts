// spec-plan: from a spec as a client writes it to its plan, for tests; what goes wrong on the way is thrown.
import type { Capabilities } from '../../src/engine/capabilities.ts'
import { compile } from '../../src/engine/compile.ts'
import { plan } from '../../src/engine/plan.ts'
import type { Plan, PlannedOutput } from '../../src/engine/planned.ts'
import type { Probe } from '../../src/engine/probe.ts'
import type { Surroundings } from '../../src/engine/read-items.ts'
import { type Validated, validate } from '../../src/engine/validate.ts'
import type { Fault } from '../../src/lib/errors.ts'

export type Spec = {
  readonly inputs: readonly { readonly id: string; readonly source: string }[]
  readonly operations: readonly Operation[]
  readonly outputs: readonly Output[]
}
export type Operation = {
  readonly op: string
  readonly input?: string
  readonly inputs?: readonly string[]
  readonly output: string
  readonly params?: Readonly<Record<string, unknown>>
}
export type Output = {
  readonly id: string
  readonly destination: string
  readonly codec?: {
    readonly video?: Readonly<Record<string, unknown>>
    readonly audio?: Readonly<Record<string, unknown>>
  }
}

/** Debian's ffmpeg, as far as the engine asks. */
export const CAPABILITIES: Capabilities = {
  version: '5.1.9-0+deb12u1',
  encoders: new Set([
    ...'libx264 libx265 libsvtav1 libvpx libvpx-vp9 aac libmp3lame libopus libvorbis flac alac'.split(' '),
    ...'pcm_u8 pcm_s16le pcm_s24le pcm_s32le pcm_f32le pcm_f64le pcm_s24be mov_text srt webvtt'.split(' '),
  ]),
  decoders: new Set(),
  filters: new Set(),
  habits: { clockFollowsUse: false, fieldOrderIsTold: true },
}

export const MAKING = { threads: 2, capabilities: CAPABILITIES } as const

export const SURROUNDINGS: Surroundings = {
  capabilities: CAPABILITIES,
  // As bare names are read: a destination is never where a source is looked for first.
  checkLocation: (use, location) => ({ location: `${use} ${location}` }),
}

export type SpecPlan = { readonly plan: Plan; readonly warnings: readonly Fault[] }

/** Throws an error that names the faults when there are any. */
export function planSpec(spec: unknown, probes: ReadonlyMap<string, Probe>): SpecPlan {
  const { graph, faults, warnings } = validate(spec, SURROUNDINGS)
  if (!graph) throw new Error(`not valid: ${inWords(faults)}`)
  const planned = plan(graph, probes, CAPABILITIES)
  if (!planned.plan) throw new Error(`not possible: ${inWords(planned.faults)}`)
  return { plan: planned.plan, warnings: [...warnings, ...planned.warnings] }
}

/** What validating and planning find wrong. */
export function faultsOf(spec: unknown, probes?: ReadonlyMap<string, Probe>): readonly Fault[] {
  const { graph, faults }: Validated = validate(spec, SURROUNDINGS)
  return graph && probes ? plan(graph, probes, CAPABILITIES).faults : faults
}

/** The outputs of each pass, which one process makes. */
export function passesOf({ passes, outputs }: Plan): PlannedOutput[][] {
  return passes.map(pass => outputs.filter(({ index }) => pass.includes(index)))
}

/** The arguments of every pass. */
export function argsOf(spec: unknown, probes: ReadonlyMap<string, Probe>, threads = 2): string[][] {
  const { plan } = planSpec(spec, probes)
  return passesOf(plan).map(outputs => [
    ...compile(outputs, probes, { threads, capabilities: CAPABILITIES }).command.args,
  ])
}

function inWords(faults: readonly Fault[]): string {
  return faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')
}
