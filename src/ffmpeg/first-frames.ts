// first-frames: what only decoded frames tell of a video: whether they are interlaced, and what HDR was mastered for.
import type { Mastering, VideoStream } from '../engine/probe.ts'
import { parseRational, toNumber } from '../lib/rational.ts'
import { askFfprobe, MASTERING_DATA, type SideData, type Source } from './report.ts'

/** What is known of a video, and what its first frames add to it. Costs a process where they might. */
export async function withFirstFrames(source: Source, video: VideoStream): Promise<VideoStream> {
  const asked = {
    interlaced: mayBeInterlaced(video),
    mastering: video.colourTransfer === 'smpte2084' && !video.mastering,
  }
  if (video.picture || !(asked.interlaced || asked.mastering)) return video
  const { frames } = await askFfprobe(source, {
    options: ['-select_streams', String(video.index), '-read_intervals', `%+#${asked.interlaced ? PACKETS : 1}`],
    entries: ['frame=interlaced_frame,top_field_first', `frame_side_data=${MASTERING_DATA}`],
  })
  const mastering = asked.mastering ? masteringOf(frames.flatMap(frame => frame.side_data_list ?? [])) : undefined
  const interlaced = frames.find(({ interlaced_frame }) => interlaced_frame === 1)
  return {
    ...video,
    ...(interlaced && { interlaced: interlaced.top_field_first === 1 ? 'top-first' : 'bottom-first' }),
    ...(mastering && { mastering }),
  }
}

// Two packets may be one frame, and frames out of order come late.
const PACKETS = 8

// A container's word that a video is not interlaced is no proof, and a stream's is that of its first frame. But nothing is
// interlaced that is encoded in another way than these, larger, or of another rate than television's.
function mayBeInterlaced({ codec, interlaced, heightPx, frameRate }: VideoStream): boolean {
  const rate = toNumber(frameRate)
  const broadcast = BROADCAST_HZ.some(hertz => Math.abs(rate - hertz) < 0.01)
  return !interlaced && broadcast && heightPx <= 1088 && FIELD_CODECS.includes(codec)
}

const BROADCAST_HZ = [25, 30_000 / 1001, 50, 60_000 / 1001]
const FIELD_CODECS = ['mpeg2video', 'h264', 'mpeg4', 'vc1', 'wmv3', 'dvvideo', 'mjpeg', 'prores', 'dnxhd', 'ffv1']

/** Undefined when no side data tells. */
export function masteringOf(sideData: readonly SideData[]): Mastering | undefined {
  const display = sideData.flatMap(item => displayOf(item) ?? [])[0]
  const light = sideData.flatMap(({ max_content: maxNits, max_average: averageNits = 0 }) =>
    maxNits ? [{ maxNits, averageNits }] : [],
  )[0]
  return display || light ? { ...(display && { display }), ...(light && { light }) } : undefined
}

function displayOf(data: SideData): Mastering['display'] {
  const place = (x: string | undefined, y: string | undefined) => [number(x), number(y)] as const
  const maxNits = number(data.max_luminance)
  if (data.red_x === undefined || maxNits === 0) return undefined
  return {
    red: place(data.red_x, data.red_y),
    green: place(data.green_x, data.green_y),
    blue: place(data.blue_x, data.blue_y),
    white: place(data.white_point_x, data.white_point_y),
    maxNits,
    minNits: number(data.min_luminance),
  }
}

// "34000/50000"
function number(text: string | undefined): number {
  const value = parseRational(text ?? '')
  return value ? toNumber(value) : 0
}
