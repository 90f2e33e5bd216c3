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

/**
 * One ffmpeg process, a few frames of each stream: that there is a packet for every instant, and that it was written whole,
 * measuring has shown. Throws `output_rejected` when no frame comes out; gives what the decoders complain of.
 */
export async function decodeEnds(
  processes: Processes,
  file: string,
  demuxer: string,
  { durationUs = 0, frameUs = 0, signal }: DecodeOptions,
): Promise<string | undefined> {
  const start = durationUs < SHORT_US || !SEEKABLE.includes(demuxer)
  const frames = new Map<string, number>()
  const reading = start ? beginning(demuxer) : bothEnds(demuxer, Math.max(END_US, 2 * frameUs))
  const args = ['-v', 'error', '-nostdin', ...reading, ...FEW_FRAMES, ...COUNTED]
  const onLine = (line: string) => count(frames, line)
  const { log: said } = await processes
    .run({ program: 'ffmpeg', args }, { reads: [file] }, { signal, onLine, limits: LIMITS })
    .catch(error => {
      throw rejected(error)
    })
  const log = start ? withoutSubtitles(said) : withoutMissedFrames(withoutSubtitles(said))
  const counts = [...frames.values()]
  if (
    counts.length === 0 ||
    !(start ? counts.some(some) : [first(counts), last(counts)].every(half => half.some(some)))
  )
    throw new AppError('output_rejected', `The output has a stretch without a single frame${because(log)}`)
  return log.trim() === '' ? undefined : usefulLine(log)
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
// A capital V leaves covers out.
const MAPS = [0, 1].map(input => ['-map', `${input}:V:0?`, '-map', `${input}:a:0?`])
// A line per decoded frame; wrapped frames are not copied, let alone summed.
const COUNTED = ['-c:v', 'wrapped_avframe', '-c:a', 'pcm_s16le', '-f', 'framecrc', 'pipe:1']

function beginning(demuxer: string): string[] {
  return [...decoding(demuxer), '-i', 'file:/in/0', ...(MAPS[0] ?? [])]
}

function bothEnds(demuxer: string, endUs: Micros): string[] {
  const first = [...decoding(demuxer), '-t', printSeconds(whole(endUs)), '-i', 'file:/in/0']
  // From the keyframe before: where a picture is shown for longer than this, none begins here.
  const seek = ['-noaccurate_seek', '-sseof', `-${printSeconds(whole(endUs))}`]
  const end = [...decoding(demuxer), ...seek, '-i', 'file:/in/0']
  return [...first, ...end, ...MAPS.flat()]
}

// What smooths the edges of blocks cannot fail, and nobody looks at these pictures.
function decoding(demuxer: string): string[] {
  return [...inputOptions(demuxer), '-skip_loop_filter', 'all']
}

// "#media_type 0: video" announces a stream, "0, 512, 512, 512, 64, 0x…" is a frame of it.
function count(frames: Map<string, number>, line: string): void {
  const stream = /^#media_type (\d+):/.exec(line)?.[1]
  if (stream !== undefined) frames.set(stream, 0)
  const frame = /^(\d+),/.exec(line)?.[1]
  if (frame !== undefined) frames.set(frame, (frames.get(frame) ?? 0) + 1)
}

// Both ends have the same streams, in the same order. A stream may end early or start late: one a stretch must sound.
const first = (counts: readonly number[]) => counts.slice(0, counts.length / 2)
const last = (counts: readonly number[]) => counts.slice(counts.length / 2)
const some = (frames: number) => frames > 0
