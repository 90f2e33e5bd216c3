// gate: holds what a pass made against what the plan promised. Exit code 0 proves nothing.
import { lstat } from 'node:fs/promises'
import { containers } from '../engine/codecs.ts'
import type { PlannedOutput } from '../engine/planned.ts'
import { decodeEnds } from '../ffmpeg/decode.ts'
import { type MeasuredStream, type Measurement, measure } from '../ffmpeg/measure.ts'
import { AppError, isErrno } from '../lib/errors.ts'
import { printRational } from '../lib/rational.ts'
import { toSeconds } from '../lib/time.ts'
import type { Processes } from '../process/open.ts'
import { digestFile } from '../storage/digest.ts'
import { syncToDisk } from '../storage/files.ts'
import type { ArtifactFacts } from './artifacts.ts'
import { compare, damagedSource, frameOf } from './differences.ts'
import type { RunStream } from './run.ts'

/** What a file is, once it has been found to be what was planned. */
export type Passed = { readonly digest: string; readonly facts: ArtifactFacts }

/**
 * Measures a file, holds it against its plan and decodes its ends. Throws `output_rejected` with every difference.
 * Nobody may write to the file any more.
 */
export async function passGate(
  processes: Processes,
  planned: PlannedOutput,
  file: string,
  signal: AbortSignal,
): Promise<Passed> {
  await assertWritten(planned, file)
  const demuxer = containers.get(planned.container)?.demuxer ?? planned.container
  const measuring = measure(processes, file, demuxer, { signal })
  // All of it at once, since small jobs would wait for the start of each tool; what is found first to be wrong is told
  // in this order. The disk takes the bytes meanwhile, which it has to before they are published.
  const [measured, decoded, digested, synced] = await Promise.allSettled([
    measuring,
    decodePlanned(processes, planned, file, { demuxer, measuring, signal }),
    digestFile(file, { signal }),
    syncToDisk(file),
  ])
  assertAsPlanned(planned, fulfilled(measured))
  fulfilled(decoded)
  fulfilled(synced)
  return { digest: fulfilled(digested), facts: factsOf(fulfilled(measured)) }
}

async function decodePlanned(
  processes: Processes,
  planned: PlannedOutput,
  file: string,
  { demuxer, measuring, signal }: { demuxer: string; measuring: Promise<Measurement>; signal: AbortSignal },
): Promise<void> {
  await decodeEnds(processes, file, demuxer, {
    durationUs: planned.durationUs ?? (await measuring).durationUs,
    frameUs: frameOf(planned.video),
    extent: planned.video && !planned.video.encoding ? 'starts' : 'ends',
    signal,
  })
}

function assertAsPlanned(planned: PlannedOutput, measured: Measurement): void {
  const differences = compare(planned, measured)
  const damage = differences.length > 0 && damagedSource(planned, measured)
  if (damage) throw new AppError('media_damaged', damage)
  if (differences.length > 0)
    throw new AppError(
      'output_rejected',
      `The output "${planned.id}" is not what was planned: ${differences.join('; ')}`,
    )
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
