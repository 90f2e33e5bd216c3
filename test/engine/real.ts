// real: runs specs on real files with the real ffmpeg, and looks at what comes out, for tests.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Capabilities } from '../../src/engine/capabilities.ts'
import { compile } from '../../src/engine/compile.ts'
import type { PlannedOutput } from '../../src/engine/planned.ts'
import type { Probe, VideoStream } from '../../src/engine/probe.ts'
import { readCapabilities } from '../../src/ffmpeg/capabilities.ts'
import { encode } from '../../src/ffmpeg/encode.ts'
import { probe } from '../../src/ffmpeg/probe.ts'
import { openProcesses, type Processes } from '../../src/process/open.ts'
import { passesOf, planSpec, type Spec } from './spec-plan.ts'

export type Made = { readonly planned: PlannedOutput; readonly path: string }

export type RenderOptions = {
  /** Makes only these outputs. */
  readonly alone?: readonly number[]
  /** What is known of an input besides what probing says. */
  readonly known?: Readonly<Record<string, Partial<VideoStream>>>
}

export type Real = {
  readonly processes: Processes
  readonly directory: string
  /** Files by the id of their input. */
  render(spec: Spec, files: Readonly<Record<string, string>>, options?: RenderOptions): Promise<Made[]>
  [Symbol.asyncDispose](): Promise<void>
}

/** A temporary directory to work in; closing it removes everything that was made. */
export async function openReal(): Promise<Real> {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-engine-'))
  const processes = await openProcesses({ sandbox: 'off' })
  const cache = new Map<string, Promise<Probe>>()
  const probed = (path: string) => {
    const found = cache.get(path) ?? probe(processes, path)
    cache.set(path, found)
    return found
  }
  return {
    processes,
    directory,
    async render(spec, files, { alone, known = {} } = {}) {
      const probes = new Map<string, Probe>()
      for (const [id, path] of Object.entries(files)) {
        const { video, ...found } = await probed(path)
        probes.set(id, { ...found, ...(video && { video: { ...video, ...known[id] } }) })
      }
      const made: Made[] = []
      for (const pass of passesOf(planSpec(spec, probes).plan)) {
        const outputs = pass.filter(({ index }) => alone?.includes(index) ?? true)
        if (outputs.length > 0) made.push(...(await run(processes, directory, outputs, probes, files)))
      }
      return made.sort((a, b) => a.planned.index - b.planned.index)
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}

/** Runs ffmpeg as anybody would, and gives what it prints; throws when it fails. */
export async function ffmpeg(...args: string[]): Promise<string> {
  // An encoder that waits for ever must not hold a test up for ever.
  const options = { maxBuffer: 256 * 1024 ** 2, timeout: 60_000, killSignal: 'SIGKILL' } as const
  return (await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], options)).stdout
}

/** The digest and the time in seconds of each picture that a filter graph gives, in order. */
export async function pictures(path: string, graph = 'null'): Promise<{ digest: string; atS: number }[]> {
  const filters = `[0:v:0]${graph},format=yuv420p[out]`
  const printed = await ffmpeg(
    ...['-copyts', '-i', path, '-filter_complex', filters, '-map', '[out]', '-fps_mode', 'passthrough'],
    // As fine as microseconds, or the times would be rounded to frames.
    ...['-enc_time_base', '1:1000000', '-f', 'framemd5', '-'],
  )
  const rows = printed.split('\n').filter(line => /^\d/.test(line))
  return rows.map(row => {
    const [, , pts = '', , , digest = ''] = row.split(',').map(cell => cell.trim())
    return { digest, atS: Number(pts) / 1e6 }
  })
}

/** The samples of the sound that a filter graph gives, mixed to one channel, 16 bits at 48 kHz. */
export async function samples(path: string, graph = 'anull'): Promise<Int16Array> {
  const filters = `[0:a:0]${graph},aformat=sample_fmts=s16:sample_rates=48000:channel_layouts=mono[out]`
  const { stdout } = await promisify(execFile)(
    'ffmpeg',
    ['-v', 'error', '-nostdin', '-copyts', '-i', path, '-filter_complex', filters, '-map', '[out]', '-f', 's16le', '-'],
    { encoding: 'buffer', maxBuffer: 256 * 1024 ** 2 },
  )
  return new Int16Array(stdout.buffer, stdout.byteOffset, stdout.byteLength / 2)
}

/** When the first of all streams begins, on the clock of the file itself, which pictures() and samples() go by. */
export async function originOf(path: string): Promise<number> {
  const args = ['-v', 'error', '-show_entries', 'format=start_time', '-of', 'csv=p=0', path]
  return Number((await promisify(execFile)('ffprobe', args)).stdout)
}

let passes = 0
let asked: Promise<Capabilities> | undefined

function capabilitiesOf(processes: Processes): Promise<Capabilities> {
  asked ??= readCapabilities(processes)
  return asked
}

async function run(
  processes: Processes,
  directory: string,
  outputs: readonly PlannedOutput[],
  probes: ReadonlyMap<string, Probe>,
  files: Readonly<Record<string, string>>,
): Promise<Made[]> {
  const writes = await mkdtemp(join(directory, `pass-${passes++}-`))
  const {
    command,
    inputs,
    files: names,
  } = compile(outputs, probes, { threads: 2, capabilities: await capabilitiesOf(processes) })
  const reads = inputs.map(input => files[input] ?? '')
  await encode(
    processes,
    command,
    { reads, writes },
    {
      expectedUs: 1,
      onProgress: () => {},
      limits: { wallMs: 120_000 },
    },
  )
  return outputs.map((planned, position) => ({ planned, path: join(writes, names[position] ?? '') }))
}
