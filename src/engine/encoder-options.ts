// encoder-options: what each encoder is told.

import { printSeconds, whole } from '../lib/time.ts'
import type { Habits } from './capabilities.ts'
import type { Container } from './containers.ts'
import { frameLengthUs } from './cut-filters.ts'
import type { Making } from './key.ts'
import { svtMastering, x265Mastering } from './mastering.ts'
import type { PlannedAudio, PlannedVideo } from './planned.ts'

/** Options for the one video stream of an output file in this container. */
export function videoEncoding(
  planned: PlannedVideo,
  { ticksPerSecond = FINE }: Pick<Container, 'ticksPerSecond'>,
  { threads, capabilities }: Making,
): string[] {
  const { encoding } = planned
  if (!encoding) return ['-c:v', 'copy']
  const { encoder, preset, crf, bitrateBps, bFrames } = encoding
  return [
    ...['-c:v', encoder],
    ...(preset === undefined ? [] : ['-preset', preset]),
    ...(crf === undefined ? [] : ['-crf', String(crf)]),
    ...(bitrateBps === undefined ? [] : ['-b:v', String(bitrateBps)]),
    ...(bFrames === false ? ['-bf', '0'] : []),
    ...special(planned, encoding, threads),
    // A hidden frame cannot be transparent.
    ...(encoding.alpha ? ['-auto-alt-ref', '0'] : []),
    // Frames keep their times: none is repeated to fill a gap, or moved to where a constant rate would have it.
    ...['-fps_mode', 'vfr', '-enc_time_base:v', `1/${ticksPerSecond}`],
    ...fieldFlags(encoding, capabilities.habits),
    ...lastFrame(planned),
  ]
}

function fieldFlags({ interlaced }: Encoding, { fieldOrderIsTold }: Habits): string[] {
  if (!interlaced) return ['-flags:v', '+bitexact']
  const order = fieldOrderIsTold ? ['-top:v', interlaced === 'top-first' ? '1' : '0'] : []
  return ['-flags:v', '+bitexact+ildct+ilme', ...order]
}

// All usual rates have whole frames of it. An encoder that counts more finely than its container has packets whose times ffmpeg
// 5 has brought to the container's clock before `setts` sees them, which takes them for its own.
const FINE = 90_000

// How long the last frame is shown only we know: muxers guess, or take what the filters have lost. The last packet is not
// the last frame where encoders send some ahead, so that it may end as many later as they may keep back.
function lastFrame({ endUs, longestFrameUs, frameRate }: PlannedVideo): string[] {
  if (endUs === undefined) return []
  const frameUs = frameLengthUs(frameRate)
  const mostUs = Math.max(longestFrameUs ?? 0, frameUs) + KEPT_BACK * frameUs
  const [end, most] = [endUs, mostUs].map(us => printSeconds(whole(us)))
  return lastPacketLasts(`max(1,min(${most}/TB,round(${end}/TB)-PTS))`)
}

/** Says how long the last packet of the pictures is shown, in ticks of its clock, and leaves all others as they are. */
export function lastPacketLasts(ticks: string): string[] {
  // Both times are said, because the filter by itself makes the one the other's equal.
  return ['-bsf:v', `setts=pts=PTS:dts=DTS:duration='if(eq(NEXT_PTS,NOPTS),${ticks},DURATION)'`]
}

const KEPT_BACK = 17

/** Options for the one audio stream of an output file. */
export function audioEncoding({ encoding }: PlannedAudio): string[] {
  if (!encoding) return ['-c:a', 'copy']
  const bitrate = encoding.bitrateBps === undefined ? [] : ['-b:a', String(encoding.bitrateBps)]
  return ['-c:a', encoding.encoder, ...bitrate, '-flags:a', '+bitexact']
}

type Encoding = NonNullable<PlannedVideo['encoding']>

// Where half a picture is narrower than the widest step of its processor code, x265's cutree writes behind the row's end,
// and the process dies or does not.
const NARROW_PX = 48

// The number of threads is part of what x264 and x265 make, so it is said rather than guessed from the machine. Not every
// bit is the same each time all the same: x264's thread that looks ahead saves a sixth of the time of a short encode.
function special({ widthPx }: PlannedVideo, { encoder, crf, mastering = {} }: Encoding, threads: number): string[] {
  const constantQuality = crf !== undefined
  switch (encoder) {
    case 'libx265': {
      const params = [
        ...['log-level=error', `frame-threads=${Math.min(4, threads)}`, ...x265Mastering(mastering)],
        ...(widthPx <= NARROW_PX ? ['no-cutree=1'] : []),
      ]
      return ['-x265-params', params.join(':')]
    }
    case 'libsvtav1':
      return ['-svtav1-params', [`lp=${threads}`, ...svtMastering(mastering)].join(':')]
    // Without a bitrate of zero, crf is only an upper bound of quality; cpu-used 1 (default) takes for ever.
    case 'libvpx-vp9':
      return [
        ...(constantQuality ? ['-b:v', '0'] : []),
        '-deadline',
        'good',
        '-cpu-used',
        '3',
        '-row-mt',
        '1',
        '-threads:v',
        String(threads),
      ]
    case 'libvpx':
      return [
        ...(constantQuality ? ['-b:v', '4M'] : []),
        '-deadline',
        'good',
        '-cpu-used',
        '3',
        '-threads:v',
        String(threads),
      ]
    default:
      return ['-threads:v', String(threads)]
  }
}
