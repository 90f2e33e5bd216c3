// decode: proves that an output plays, by decoding the beginning of its first and of its last group of pictures.
import { inputOptions } from '../engine/input-options.ts'
import { AppError } from '../lib/errors.ts'
import { type Micros, printSeconds, whole } from '../lib/time.ts'
import { usefulLine } from '../process/log.ts'
import type { Processes } from '../process/open.ts'
import { withoutMissedFrames, withoutSubtitles } from './decoding-errors.ts'
import { rejected } from './measure.ts'

export type DecodeOptions = {
  /** As planned or measured; absent for a picture. */
  readonly durationUs?: Micros
  /** How long a picture is shown; of slide shows it can be minutes. */
  readonly frameUs?: Micros
  readonly signal?: AbortSignal
}

/** An output as it was planned. */
export type Decodable = Omit<DecodeOptions, 'signal'> & {
  readonly file: string
  readonly demuxer: string
  readonly streams: readonly ('video' | 'audio')[]
}

/**
 * One ffmpeg process, a few frames of each stream: that there is a packet for every instant, and that it was written whole,
 * measuring has shown. Throws `output_rejected` when no frame comes out; gives what the decoders complain of.
 */
export async function decodeEnds(
  processes: Processes,
  file: string,
  demuxer: string,
  { durationUs, frameUs, signal }: DecodeOptions,
): Promise<string | undefined> {
  const openings = openingsOf(0, { demuxer, durationUs, frameUs })
  const maps = openings.flatMap((_, input) => [`${input}:V:0?`, `${input}:a:0?`])
  const { log: said, counts } = await decode(processes, [file], { openings, maps, signal }).catch(error => {
    throw rejected(error)
  })
  const log = complaints(said, openings.length === 2)
  // Both ends have the same streams, in the same order.
  const ends = openings.map((_, end) => counts.slice(...share(end, openings.length, counts.length)))
  if (!ends.every(plays))
    throw new AppError('output_rejected', `The output has a stretch without a single frame${because(log)}`)
  return log.trim() === '' ? undefined : usefulLine(log)
}

/**
 * Whether all of these files decode without a complaint, in one process, since the start of one costs more than what it
 * does here. Where they do not, or one of them cannot be read, `decodeEnds` says of each what is wrong with it.
 */
export async function decodesCleanly(
  processes: Processes,
  files: readonly Decodable[],
  signal: AbortSignal,
): Promise<boolean> {
  const opened = files.flatMap((file, position) =>
    openingsOf(position, file).map(opening => ({ opening, streams: file.streams })),
  )
  const openings = opened.map(({ opening }) => opening)
  const maps = opened.flatMap(({ streams }, input) =>
    streams.map(media => `${input}:${media === 'video' ? 'V' : 'a'}:0`),
  )
  const paths = files.map(({ file }) => file)
  const { log: said, counts } = await decode(processes, paths, { openings, maps, signal })
  const log = complaints(said, openings.length === 2 * files.length)
  const ends = opened.map(({ streams }, input) => {
    const before = opened.slice(0, input).reduce((sum, earlier) => sum + earlier.streams.length, 0)
    return counts.slice(before, before + streams.length)
  })
  return log.trim() === '' && ends.every(plays)
}

type Reading = {
  readonly openings: readonly string[][]
  readonly maps: readonly string[]
  readonly signal?: AbortSignal
}

async function decode(processes: Processes, files: readonly string[], { openings, maps, signal }: Reading) {
  const frames = new Map<string, number>()
  const mapped = maps.flatMap(map => ['-map', map])
  const args = ['-v', 'error', '-nostdin', ...openings.flat(), ...mapped, ...FEW_FRAMES, ...COUNTED]
  const onLine = (line: string) => count(frames, line)
  const { log } = await processes.run({ program: 'ffmpeg', args }, { reads: files }, { signal, onLine, limits: LIMITS })
  return { log, counts: [...frames.values()] }
}

function complaints(log: string, sought: boolean): string {
  return sought ? withoutMissedFrames(withoutSubtitles(log)) : withoutSubtitles(log)
}

// A stream may end early or start late: one a stretch must sound.
const plays = (counts: readonly number[]) => counts.some(frames => frames > 0)

function share(part: number, parts: number, length: number): [number, number] {
  return [(part * length) / parts, ((part + 1) * length) / parts]
}

function because(log: string): string {
  return log.trim() === '' ? '' : `: ${usefulLine(log)}`
}

// Keyframes are eight seconds apart, mostly: of less than this, there may be one at the beginning and no other.
const SHORT_US = 12_000_000
const END_US = 1_000_000
// Not -frames: from ffmpeg 6 on, the first stream that has enough ends the others. A seek to the keyframe before leaves frames
// whose times are negative, which count as well.
const FEW_FRAMES = ['-filter:v', 'trim=end_frame=10', '-fps_mode', 'passthrough', '-filter:a', 'atrim=end_sample=20480']
const LIMITS = { wallMs: 10 * 60_000, outputBytes: 0 } as const
// Where a seek finds its frame. In MPEG-TS it may find none.
const SEEKABLE = ['mov', 'matroska']
// A line per decoded frame; wrapped frames are not copied, let alone summed.
const COUNTED = ['-c:v', 'wrapped_avframe', '-c:a', 'pcm_s16le', '-f', 'framecrc', 'pipe:1']

/** The beginning, and the end where there is one to seek to. */
function openingsOf(
  position: number,
  { demuxer, durationUs = 0, frameUs = 0 }: Pick<Decodable, 'demuxer' | 'durationUs' | 'frameUs'>,
): string[][] {
  const opened = ['-i', `file:/in/${position}`]
  if (durationUs < SHORT_US || !SEEKABLE.includes(demuxer)) return [[...decoding(demuxer), ...opened]]
  const endUs = Math.max(END_US, 2 * frameUs)
  const first = [...decoding(demuxer), '-t', printSeconds(whole(endUs)), ...opened]
  // From the keyframe before: where a picture is shown for longer than this, none begins here.
  const seek = ['-noaccurate_seek', '-sseof', `-${printSeconds(whole(endUs))}`]
  return [first, [...decoding(demuxer), ...seek, ...opened]]
}

// What smooths the edges of blocks cannot fail, and nobody looks at these pictures. For ten of them, threads cost more
// than they bring.
function decoding(demuxer: string): string[] {
  return [...inputOptions(demuxer), '-skip_loop_filter', 'all', '-threads', '1']
}

// "#media_type 0: video" announces a stream, "0, 512, 512, 512, 64, 0x…" is a frame of it.
function count(frames: Map<string, number>, line: string): void {
  const stream = /^#media_type (\d+):/.exec(line)?.[1]
  if (stream !== undefined) frames.set(stream, 0)
  const frame = /^(\d+),/.exec(line)?.[1]
  if (frame !== undefined) frames.set(frame, (frames.get(frame) ?? 0) + 1)
}
