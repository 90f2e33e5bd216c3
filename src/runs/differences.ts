// differences: how a measured output differs from its plan, in words.
import type { PlannedAudio, PlannedOutput, PlannedVideo } from '../engine/planned.ts'
import type { MeasuredStream, Measurement } from '../ffmpeg/measure.ts'
import { toNumber } from '../lib/rational.ts'
import { type Micros, printSeconds, whole } from '../lib/time.ts'

type Video = Extract<MeasuredStream, { kind: 'video' }>
type Audio = Extract<MeasuredStream, { kind: 'audio' }>

/** What is different from the plan, in words; nothing when all is well. */
export type Differences = {
  /** What no source excuses: streams, codecs, sizes. */
  readonly nature: readonly string[]
  /** When streams begin and end. */
  readonly times: readonly string[]
}

export function compare(planned: PlannedOutput, measured: Measurement): Differences {
  const video = measured.streams.filter(stream => stream.kind === 'video')
  const audio = measured.streams.filter(stream => stream.kind === 'audio')
  const nature = [
    ...count('video', planned.video, video.length),
    ...count('audio', planned.audio, audio.length),
    ...countCompanions(planned, measured),
    ...(planned.video && video[0] ? compareVideo(planned.video, video[0]) : []),
    ...(planned.audio && audio[0] ? compareAudio(planned.audio, audio[0]) : []),
  ]
  return { nature, times: compareTimes(planned, measured) }
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

function compareVideo(planned: PlannedVideo, found: Video): string[] {
  const size = `${planned.widthPx}x${planned.heightPx}`
  // What is copied keeps its stored size, whatever its rotation and the shape of its pixels.
  const sized = !planned.encoding || size === `${found.widthPx}x${found.heightPx}`
  return [
    ...(found.codec === planned.codec ? [] : [`${found.codec} instead of ${planned.codec}`]),
    ...(sized ? [] : [`${found.widthPx}x${found.heightPx} instead of ${size}`]),
    ...(found.packets > 0 ? [] : ['the picture is empty']),
  ]
}

function compareAudio(planned: PlannedAudio, found: Audio): string[] {
  const encoded = planned.encoding !== undefined
  return [
    ...(found.codec === planned.codec ? [] : [`${found.codec} instead of ${planned.codec}`]),
    ...(!encoded || found.sampleRateHz === planned.sampleRateHz
      ? []
      : [`${found.sampleRateHz} Hz instead of ${planned.sampleRateHz}`]),
    ...(!encoded || found.channels === planned.channels
      ? []
      : [`${found.channels} channels instead of ${planned.channels}`]),
    ...(found.packets > 0 ? [] : ['the sound is empty']),
  ]
}

// What does not depend on when anything is shown or heard is said by itself, because decoding the sources may excuse times.
function compareTimes(planned: PlannedOutput, measured: Measurement): string[] {
  const { streams } = measured
  const firstUs = Math.min(...[planned.video, planned.audio].flatMap(stream => stream?.startUs ?? []))
  const found = (kind: 'video' | 'audio') => streams.find(stream => stream.kind === kind && stream.packets > 0)
  return [
    ...saidLength(planned, measured),
    ...timesOf('the picture', planned.video, found('video'), { firstUs, toleranceUs: 1.5 * frameOf(planned.video) }),
    ...timesOf('the sound', planned.audio, found('audio'), { firstUs, toleranceUs: soundToleranceUs(planned.audio) }),
  ]
}

// Of pictures: many files of sound say nothing, and ffprobe guesses from their bitrate.
function saidLength(
  { video, durationUs: plannedUs = 0 }: PlannedOutput,
  { saidUs, durationUs, streams }: Measurement,
): string[] {
  if (!video || saidUs === undefined || durationUs === undefined) return []
  const offUs = ROUNDING_US + 1.5 * frameOf(video)
  // Subtitles and chapters may go on after the last picture and sound.
  const endsUs = streams.map(stream => stream.startUs + (stream.durationUs ?? 0))
  const longestUs = Math.max(durationUs + (video.longestFrameUs ?? 0), plannedUs, ...endsUs)
  return saidUs > longestUs + offUs
    ? [`the file says that it lasts ${seconds(saidUs)} s, and it lasts ${seconds(durationUs)} s`]
    : []
}

type Scale = { readonly firstUs: Micros; readonly toleranceUs: Micros }

function timesOf(
  what: string,
  planned: PlannedVideo | PlannedAudio | undefined,
  found: MeasuredStream | undefined,
  { firstUs, toleranceUs }: Scale,
): string[] {
  if (!planned || !found) return []
  const off = ROUNDING_US + toleranceUs
  const startUs = planned.startUs - firstUs
  // Counted from the first instant of any stream, as it is measured.
  const late =
    Math.abs(found.startUs - startUs) > off
      ? [`${what} starts at ${seconds(found.startUs)} s instead of ${seconds(startUs)} s`]
      : []
  if (planned.endUs === undefined) return late
  const plannedUs = planned.endUs - planned.startUs
  const end = shownUs(planned, found)
  if (end.fromUs <= plannedUs + off && end.toUs >= plannedUs - off) return late
  return [...late, `${what} lasts ${seconds(end.toUs)} s instead of ${seconds(plannedUs)} s`]
}

// When a stream may end. Of pictures, what a container says of the last one counts for nothing: some say nothing, and others
// would have it stay for as long as the rest is missing. It stays for as long as one of its kind may.
function shownUs(planned: PlannedVideo | PlannedAudio, { durationUs = 0, lastUs }: MeasuredStream) {
  const heldUs = 'longestFrameUs' in planned ? planned.longestFrameUs : undefined
  if (heldUs === undefined || lastUs === undefined) return { fromUs: durationUs, toUs: durationUs }
  return { fromUs: lastUs, toUs: lastUs + heldUs }
}

// The rounding of containers' clocks, and of ends to whole frames.
const ROUNDING_US = 50_000

// What encoders of sound put before the beginning and need to fill their last packet.
function soundToleranceUs(planned: PlannedAudio | undefined): Micros {
  return planned ? (4096 * 1_000_000) / planned.sampleRateHz : 0
}

const seconds = (us: Micros) => printSeconds(whole(us))

/** How long a picture is shown; zero for sound alone. */
export function frameOf(video: PlannedVideo | undefined): Micros {
  return video ? 1_000_000 / toNumber(video.frameRate) : 0
}
