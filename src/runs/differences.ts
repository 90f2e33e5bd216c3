// differences: how a measured output differs from its plan, in words, and when a damaged source is to blame.
import type { Node, SourceNode } from '../engine/node.ts'
import type { PlannedAudio, PlannedOutput, PlannedVideo } from '../engine/planned.ts'
import type { MeasuredStream, Measurement } from '../ffmpeg/measure.ts'
import { toNumber } from '../lib/rational.ts'
import { type Micros, printSeconds, whole } from '../lib/time.ts'

type Video = Extract<MeasuredStream, { kind: 'video' }>
type Audio = Extract<MeasuredStream, { kind: 'audio' }>

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
  return `The source "${input}" is damaged: it ends at ${printSeconds(whole(endsUs ?? 0))} s, although it says that it lasts ${printSeconds(whole(saidUs ?? 0))} s`
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
    ...countCompanions(planned, measured),
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

function countCompanions({ companions }: PlannedOutput, { streams }: Measurement): string[] {
  return (['subtitle', 'cover'] as const).flatMap(kind => {
    const expected = companions?.streams.filter(stream => stream.kind === kind).length ?? 0
    const found = streams.filter(stream => stream.kind === kind).length
    return found === expected ? [] : [`${found} ${kind} streams instead of ${expected}`]
  })
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
  return [`${what} starts at ${printSeconds(whole(foundUs))} s instead of ${printSeconds(whole(plannedUs))} s`]
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
  return [`${what} lasts ${printSeconds(whole(foundUs))} s instead of ${printSeconds(whole(plannedUs))} s`]
}

function tolerance(plannedUs: Micros, frameUs: Micros): Micros {
  return Math.max(250_000, frameUs, plannedUs * 0.02)
}

/** How long a picture is shown; zero for sound alone. */
export function frameOf(video: PlannedVideo | undefined): Micros {
  return video ? 1_000_000 / toNumber(video.frameRate) : 0
}
