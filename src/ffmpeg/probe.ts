// probe: learns of a source what the planner needs: sniffs it, asks ffprobe, and refuses what cannot be worked with.
import { MOST_STREAMS } from '../engine/input-options.ts'
import type { MediaKind } from '../engine/node.ts'
import type { AudioStream, Probe, VideoStream } from '../engine/probe.ts'
import { AppError, isErrno } from '../lib/errors.ts'
import type { Micros } from '../lib/time.ts'
import { usefulLine } from '../process/log.ts'
import type { Processes } from '../process/open.ts'
import { capturedOf } from './captured.ts'
import { withFirstFrames } from './first-frames.ts'
import { lastFrameUs } from './fragments.ts'
import { othersOf } from './other-streams.ts'
import { type Recognised, recogniseFile } from './recognise.ts'
import {
  askFfprobe,
  type Packets,
  type Report,
  type ReportedStream,
  readThrough,
  type Source,
  seconds,
} from './report.ts'
import { heldLonger, saidEndUs } from './stream-times.ts'
import { audioStream, chosen, isAudio, isVideo, videoStream } from './streams.ts'
import { lostKinds, nothingUsable, sorted } from './usable.ts'

/** Throws `source_missing`, `media_unsupported` (not a format we open), `media_damaged` (one, but broken) or `cancelled`. */
export async function probe(
  processes: Processes,
  file: string,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<Probe> {
  const { demuxer, ...size } = await recognise(file)
  const source: Source = { processes, file, demuxer, signal }
  const picture = demuxer.endsWith('_pipe')
  const report = await (picture ? askOfPicture(source) : readThrough(source)).catch(error => {
    throw unreadable(error)
  })
  const packets = await withHeldLast(source, report)
  const originUs = picture ? 0 : (seconds(report.format.start_time) ?? 0)
  const facts = { report, picture, packets }
  const hasPackets = ({ index }: ReportedStream) => picture || packets.has(index)
  const { usable, unusable } = sorted(report)
  const filled = usable.filter(hasPackets)
  const seen = checkedVideo(report, filled, picture)
  const heard = chosen(filled.filter(isAudio))
  if (!seen && !heard)
    throw usable.some(stream => isVideo(stream) || isAudio(stream)) ? frameless() : nothingUsable(unusable)
  const lost = lostKinds(usable, unusable)
  const video = seen && (await withFirstFrames(source, videoStream(seen, facts)))
  const audio = heard && audioStream(heard, facts)
  const empty = emptyTracks(usable.filter(stream => !hasPackets(stream)))
  return {
    demuxer,
    ...size,
    ...(originUs !== 0 && { originUs }),
    durationUs: picture ? undefined : Math.max(...[video, audio].map(stream => endOf(stream))),
    video,
    audio,
    ...othersOf(report, [seen?.index, heard?.index]),
    ...capturedOf(report.format.tags),
    ...(lost.length > 0 && { undecodable: lost }),
    ...(empty.length > 0 && { emptyTracks: empty }),
  }
}

// ffmpeg 5 takes the last frame of a fragmented MP4 to be as short as the others, and the file to go on after it.
async function withHeldLast(
  { file, demuxer }: Source,
  { packets, streams, format }: Report & { readonly packets: Packets },
): Promise<Packets> {
  const stream = demuxer === 'mov' ? chosen(streams.filter(isVideo)) : undefined
  const found = stream && packets.get(stream.index)
  if (!found || saidEndUs(stream, found, format) === undefined) return packets
  const heldUs = await lastFrameUs(file, Number(format.size))
  return heldUs === undefined ? packets : new Map([...packets, [stream.index, heldLonger(found, heldUs)]])
}

async function askOfPicture(source: Source): Promise<Report & { readonly packets: Packets }> {
  return { ...(await askFfprobe(source, FIRST_FRAME)), packets: new Map() }
}

function endOf(stream: VideoStream | AudioStream | undefined): Micros {
  return stream ? stream.startUs + (stream.durationUs ?? 0) : 0
}

function emptyTracks(empty: readonly ReportedStream[]): MediaKind[] {
  return [...(empty.some(isVideo) ? (['video'] as const) : []), ...(empty.some(isAudio) ? (['audio'] as const) : [])]
}

function frameless(): AppError {
  return new AppError('media_damaged', 'There is not a single frame in the file')
}

// ffprobe forgives a picture that cannot be decoded, and only a frame knows of the EXIF orientation that ffmpeg obeys.
const FIRST_FRAME = {
  options: ['-read_intervals', '%+#1'],
  entries: ['frame=width,height', 'frame_side_data=rotation'],
}
const LARGEST_SIDE = 16_384

async function recognise(file: string): Promise<Recognised> {
  try {
    return await recogniseFile(file)
  } catch (error) {
    if (isErrno(error, 'ENOENT'))
      throw new AppError('source_missing', 'The file is not there any more', { cause: error })
    throw error
  }
}

function checkedVideo(
  { frames, log }: Report,
  usable: readonly ReportedStream[],
  picture: boolean,
): ReportedStream | undefined {
  const stream = chosen(usable.filter(isVideo))
  if (!stream) return undefined
  const shown = picture ? { ...stream, ...frames[0] } : stream
  const decoded = (shown.width ?? 0) > 0 && (shown.height ?? 0) > 0 && (!picture || frames.length > 0)
  if (tooLarge(shown) || (!decoded && PIXELS.test(log)))
    throw new AppError(
      'media_unsupported',
      `The picture is too large: ${LARGEST_SIDE} pixels a side and 134 million in all are allowed`,
    )
  if (!decoded) throw new AppError('media_damaged', `The picture cannot be decoded: ${usefulLine(log) ?? 'no frame'}`)
  return shown
}

const PIXELS = /specified max pixel count|Picture size \S+ is invalid/

function tooLarge({ width = 0, height = 0 }: ReportedStream): boolean {
  return Math.max(width, height) > LARGEST_SIDE || width * height > 2 ** 27
}

// ffprobe's own failures are faults of the file; anything else, such as a time-out, is not.
function unreadable(error: unknown): unknown {
  if (!(error instanceof AppError && error.code === 'ffmpeg_failed')) return error
  const log = error.cause instanceof Error ? error.cause.message : ''
  return new AppError('media_damaged', unreadableReason(log) ?? error.message, { cause: error })
}

function unreadableReason(log: string): string | undefined {
  if (log.includes('moov atom not found'))
    return 'The file was cut off, or is not finished: its index (the moov box) is missing'
  if (log.includes('Too many streams') || log.includes('max_streams'))
    return `The file has more than ${MOST_STREAMS} streams, which are the most`
  const line = usefulLine(log)
  return line === undefined ? undefined : `The file cannot be read: ${line}`
}
