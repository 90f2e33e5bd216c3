// gate: holds what a pass made against what the plan promised. Exit code 0 proves nothing.
import { lstat } from 'node:fs/promises'
import { containers } from '../engine/codecs.ts'
import type { Node, SourceNode } from '../engine/node.ts'
import type { PlannedAudio, PlannedOutput, PlannedVideo } from '../engine/planned.ts'
import { decodeEnds } from '../ffmpeg/decode.ts'
import { type MeasuredStream, type Measurement, measure } from '../ffmpeg/measure.ts'
import { AppError, isErrno } from '../lib/errors.ts'
import { printRational, toNumber } from '../lib/rational.ts'
import { type Micros, printSeconds, toSeconds } from '../lib/time.ts'
import type { Processes } from '../process/open.ts'
import type { ArtifactFacts } from './artifacts.ts'
import type { RunStream } from './run.ts'

type Video = Extract<MeasuredStream, { kind: 'video' }>
type Audio = Extract<MeasuredStream, { kind: 'audio' }>

/** Measures a file, holds it against its plan and decodes its ends. Throws `output_rejected` with every difference. */
export async function passGate(
  processes: Processes,
  planned: PlannedOutput,
  file: string,
  signal: AbortSignal,
): Promise<ArtifactFacts> {
  await assertWritten(planned, file)
  const demuxer = containers.get(planned.container)?.demuxer ?? planned.container
  const measured = await measure(processes, file, demuxer, { signal })
  const differences = compare(planned, measured)
  const damage = differences.length > 0 && damagedSource(planned, measured)
  if (damage) throw new AppError('media_damaged', damage)
  if (differences.length > 0)
    throw new AppError(
      'output_rejected',
      `The output "${planned.id}" is not what was planned: ${differences.join('; ')}`,
    )
  await decodeEnds(processes, file, demuxer, { durationUs: measured.durationUs, full: false, signal })
  return { durationS: toSeconds(measured.durationUs ?? 0), streams: measured.streams.flatMap(streamFacts) }
}

// Looked at before any tool opens it: it may be a link to something else.
async function assertWritten({ id }: PlannedOutput, file: string): Promise<void> {
  const found = await lstat(file).catch(error => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  if (!found?.isFile() || found.size === 0) throw new AppError('output_rejected', `The output "${id}" was not written`)
}

/**
 * When nothing is wrong but that streams end early, and each comes straight from one source, then it is the source that
 * promised more than can be decoded; said in words.
 */
export function damagedSource(planned: PlannedOutput, measured: Measurement): string | undefined {
  const { durationUs: _length, ...timeless } = planned
  const endless = <Stream extends PlannedVideo | PlannedAudio>({ endUs: _end, ...stream }: Stream) => stream
  const { video, audio } = planned
  const rest = { ...timeless, ...(video && { video: endless(video) }), ...(audio && { audio: endless(audio) }) }
  if (compare(rest, measured).length > 0) return undefined
  const short = [video, audio].flatMap(stream => {
    const found = measured.streams.find(({ kind }) => stream && kind === (stream === video ? 'video' : 'audio'))
    if (!stream?.endUs || !found) return []
    const foundUs = found.durationUs ?? measured.durationUs ?? 0
    const plannedUs = stream.endUs - stream.startUs
    return plannedUs - foundUs > tolerance(plannedUs, frameOf(video)) ? [{ stream, foundUs, plannedUs }] : []
  })
  const [first] = short
  if (!first || short.some(({ stream }) => !straightFrom(stream.node))) return undefined
  const { input, fromUs } = straightFrom(first.stream.node) ?? { input: '', fromUs: 0 }
  const [endsUs, saidUs] = [first.foundUs, first.plannedUs].map(us => fromUs + first.stream.startUs + us)
  return `The source "${input}" is damaged: it ends at ${printSeconds(endsUs ?? 0)} s, although it says that it lasts ${printSeconds(saidUs ?? 0)} s`
}

// The one source whose frames come out one for one.
function straightFrom(node: Node): SourceNode | undefined {
  if (node.kind === 'source') return node
  const [of, ...others] = node.of
  return node.pointwise && of && others.length === 0 ? straightFrom(of) : undefined
}

/** What is different from the plan, in words; nothing when all is well. */
export function compare(planned: PlannedOutput, measured: Measurement): string[] {
  const video = measured.streams.filter(stream => stream.kind === 'video')
  const audio = measured.streams.filter(stream => stream.kind === 'audio')
  const firstUs = Math.min(
    planned.video?.startUs ?? planned.audio?.startUs ?? 0,
    planned.audio?.startUs ?? Number.POSITIVE_INFINITY,
  )
  return [
    ...count('video', planned.video, video.length),
    ...count('audio', planned.audio, audio.length),
    ...(planned.video && video[0] ? compareVideo(planned.video, video[0], firstUs) : []),
    ...(planned.audio && audio[0] ? compareAudio(planned.audio, audio[0], firstUs) : []),
    ...(planned.durationUs === undefined
      ? []
      : duration('it', planned.durationUs, measured.durationUs, frameOf(planned.video))),
  ]
}

function count(kind: string, planned: object | undefined, found: number): string[] {
  const expected = planned ? 1 : 0
  return found === expected ? [] : [`${found} ${kind} streams instead of ${expected}`]
}

function compareVideo(planned: PlannedVideo, found: Video, firstUs: Micros): string[] {
  const size = `${planned.widthPx}x${planned.heightPx}`
  // What is copied keeps its stored size, whatever its rotation and the shape of its pixels.
  const sized = !planned.encoding || size === `${found.widthPx}x${found.heightPx}`
  return [
    ...(found.codec === planned.codec ? [] : [`${found.codec} instead of ${planned.codec}`]),
    ...(sized ? [] : [`${found.widthPx}x${found.heightPx} instead of ${size}`]),
    ...starts('the picture', planned.startUs - firstUs, found.startUs, frameOf(planned)),
    ...streamDifferences('the picture', planned, found, frameOf(planned)),
  ]
}

function compareAudio(planned: PlannedAudio, found: Audio, firstUs: Micros): string[] {
  const encoded = planned.encoding !== undefined
  return [
    ...(found.codec === planned.codec ? [] : [`${found.codec} instead of ${planned.codec}`]),
    ...(!encoded || found.sampleRateHz === planned.sampleRateHz
      ? []
      : [`${found.sampleRateHz} Hz instead of ${planned.sampleRateHz}`]),
    ...(!encoded || found.channels === planned.channels
      ? []
      : [`${found.channels} channels instead of ${planned.channels}`]),
    ...starts('the sound', planned.startUs - firstUs, found.startUs, 0),
    ...streamDifferences('the sound', planned, found, 0),
  ]
}

// Counted from the first instant of any stream, as it is measured.
function starts(what: string, plannedUs: Micros, foundUs: Micros, frameUs: Micros): string[] {
  if (Math.abs(foundUs - plannedUs) <= tolerance(0, frameUs)) return []
  return [`${what} starts at ${printSeconds(foundUs)} s instead of ${printSeconds(plannedUs)} s`]
}

type Times = { readonly startUs: Micros; readonly endUs?: Micros }

function streamDifferences(what: string, planned: Times, found: Video | Audio, frameUs: Micros): string[] {
  if (found.packets === 0) return [`${what} is empty`]
  if (planned.endUs === undefined || found.durationUs === undefined) return []
  return duration(what, planned.endUs - planned.startUs, found.durationUs, frameUs)
}

// A quarter of a second, a frame or two per cent: more than encoders' delays and less than a truncated source.
function duration(what: string, plannedUs: Micros, foundUs: Micros | undefined, frameUs: Micros): string[] {
  if (foundUs === undefined) return [`${what} does not say how long it is`]
  if (Math.abs(foundUs - plannedUs) <= tolerance(plannedUs, frameUs)) return []
  return [`${what} lasts ${printSeconds(foundUs)} s instead of ${printSeconds(plannedUs)} s`]
}

function tolerance(plannedUs: Micros, frameUs: Micros): Micros {
  return Math.max(250_000, frameUs, plannedUs * 0.02)
}

function frameOf(video: PlannedVideo | undefined): Micros {
  return video ? 1_000_000 / toNumber(video.frameRate) : 0
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
  return []
}
