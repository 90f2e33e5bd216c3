// gate: holds what a pass made against what the plan promised. Exit code 0 proves nothing.
import { lstat } from 'node:fs/promises'
import { containers } from '../engine/containers.ts'
import type { PlannedOutput } from '../engine/planned.ts'
import { decodeEnds, decodesCleanly } from '../ffmpeg/decode.ts'
import { type MeasuredStream, type Measurement, measure } from '../ffmpeg/measure.ts'
import { AppError, isErrno } from '../lib/errors.ts'
import { printRational } from '../lib/rational.ts'
import { toSeconds } from '../lib/time.ts'
import type { Processes } from '../process/open.ts'
import { digestFile } from '../storage/digest.ts'
import { syncToDisk } from '../storage/files.ts'
import type { ArtifactFacts } from './artifacts.ts'
import { compare, frameOf } from './differences.ts'
import type { RunStream } from './run.ts'

/** What a file is, once it has been found to be what was planned. */
export type Passed = { readonly digest: string; readonly facts: ArtifactFacts }

export type GateOptions = {
  readonly signal: AbortSignal
  /**
   * The same output, planned over what can really be decoded of its sources. Asked for only when the times of the file are
   * not those that the packets of its sources promise.
   */
  decodable(): Promise<PlannedOutput>
  /** Whether the file has been found to decode, together with others; by default it is decoded here. */
  readonly decodes?: Promise<boolean>
}

/**
 * Measures a file, holds it against its plan and decodes a little of it. What its sources lack is a warning with figures.
 * Throws `output_rejected` with every difference. Nobody may write to the file any more.
 */
export async function passGate(
  processes: Processes,
  planned: PlannedOutput,
  file: string,
  { signal, decodable, decodes }: GateOptions,
): Promise<Passed> {
  await assertWritten(planned, file)
  const demuxer = demuxerOf(planned)
  // All of it at once, since small jobs would wait for the start of each tool; what is found first to be wrong is told
  // in this order. The disk takes the bytes meanwhile, which it has to before they are published.
  const [measured, decoded, digested, synced] = await Promise.allSettled([
    measure(processes, file, demuxer, { signal }),
    Promise.resolve(decodes).then(clean =>
      clean ? undefined : decodeEnds(processes, file, demuxer, { ...lengthsOf(planned), signal }),
    ),
    digestFile(file, { signal }),
    syncToDisk(file),
  ])
  const measurement = fulfilled(measured)
  const short = await shortOf(planned, measurement, decodable)
  const complaints = complaintsOf(planned, fulfilled(decoded))
  fulfilled(synced)
  const lacks = [...short, ...complaints]
  return { digest: fulfilled(digested), facts: { ...factsOf(measurement), ...(lacks.length > 0 && { lacks }) } }
}

/** Whether all files of a pass decode, found out together. Never throws: `passGate` looks for what is wrong with each. */
export async function decodeTogether(
  processes: Processes,
  outputs: readonly { readonly planned: PlannedOutput; readonly file: string }[],
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for (const { planned, file } of outputs) await assertWritten(planned, file)
    const files = outputs.map(({ planned, file }) => ({
      file,
      demuxer: demuxerOf(planned),
      streams: (['video', 'audio'] as const).filter(media => planned[media]),
      ...lengthsOf(planned),
    }))
    return await decodesCleanly(processes, files, signal)
  } catch {
    return false
  }
}

function demuxerOf({ container }: PlannedOutput): string {
  return containers.get(container)?.demuxer ?? container
}

function lengthsOf({ durationUs, video }: PlannedOutput) {
  return { durationUs, frameUs: video?.longestFrameUs ?? frameOf(video) }
}

async function shortOf(planned: PlannedOutput, measured: Measurement, decodable: GateOptions['decodable']) {
  const { nature, times } = compare(planned, measured)
  const reject = (differences: readonly string[]) =>
    new AppError('output_rejected', `The output "${planned.id}" is not what was planned: ${differences.join('; ')}`)
  if (nature.length > 0) throw reject([...nature, ...times])
  if (times.length === 0) return []
  // Planning anew may find that nothing is left of a source.
  const again = compare(await decodable(), measured)
  if (again.nature.length + again.times.length > 0) throw reject(times)
  return [`not all of its sources can be decoded: ${times.join('; ')}`]
}

// What we have encoded must be flawless. Packets that were copied are as good as they were in the source.
function complaintsOf({ id, video, audio }: PlannedOutput, complaint: string | undefined): string[] {
  if (complaint === undefined) return []
  const copies = [video, audio].some(stream => stream && !stream.encoding)
  if (!copies) throw new AppError('output_rejected', `The output "${id}" does not decode cleanly: ${complaint}`)
  return [`packets were copied that cannot be decoded: ${complaint}`]
}

function fulfilled<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

// Looked at before any tool opens it: it may be a link to something else.
async function assertWritten({ id }: PlannedOutput, file: string): Promise<void> {
  const found = await lstat(file).catch(error => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  if (!found?.isFile() || found.size === 0) throw new AppError('output_rejected', `The output "${id}" was not written`)
}

function factsOf({ durationUs = 0, streams }: Measurement): ArtifactFacts {
  return { durationS: toSeconds(durationUs), streams: streams.flatMap(streamFacts) }
}

function streamFacts(stream: MeasuredStream): RunStream[] {
  if (stream.kind === 'video') {
    const { kind, codec, widthPx, heightPx } = stream
    return [{ kind, codec, widthPx, heightPx, frameRate: printRational(stream.frameRate) }]
  }
  if (stream.kind === 'audio') {
    const { kind, codec, sampleRateHz, channels } = stream
    return [{ kind, codec, sampleRateHz, channels }]
  }
  return stream.kind === 'other' ? [] : [{ kind: stream.kind, codec: stream.codec }]
}
