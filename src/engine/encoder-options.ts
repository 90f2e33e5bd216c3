// encoder-options: what each encoder is told.
import { svtMastering, x265Mastering } from './mastering.ts'
import type { PlannedAudio, PlannedVideo } from './planned.ts'

/** Options for the one video stream of an output file. */
export function videoEncoding({ encoding }: PlannedVideo, threads: number): string[] {
  if (!encoding) return ['-c:v', 'copy']
  const { encoder, preset, crf, bitrateBps, bFrames } = encoding
  return [
    ...['-c:v', encoder],
    ...(preset === undefined ? [] : ['-preset', preset]),
    ...(crf === undefined ? [] : ['-crf', String(crf)]),
    ...(bitrateBps === undefined ? [] : ['-b:v', String(bitrateBps)]),
    ...(bFrames === false ? ['-bf', '0'] : []),
    ...special(encoding, threads),
    // A hidden frame cannot be transparent.
    ...(encoding.alpha ? ['-auto-alt-ref', '0'] : []),
    // Frames keep their times: none is repeated to fill a gap, or moved to where a constant rate would have it.
    ...['-fps_mode', 'vfr', '-enc_time_base:v', '1/90000', '-flags:v', '+bitexact'],
  ]
}

/** Options for the one audio stream of an output file. */
export function audioEncoding({ encoding }: PlannedAudio): string[] {
  if (!encoding) return ['-c:a', 'copy']
  const bitrate = encoding.bitrateBps === undefined ? [] : ['-b:a', String(encoding.bitrateBps)]
  return ['-c:a', encoding.encoder, ...bitrate, '-flags:a', '+bitexact']
}

type Encoding = NonNullable<PlannedVideo['encoding']>

// The number of threads is part of what x264 and x265 make, so it is said rather than guessed from the machine. Not every
// bit is the same each time all the same: x264's thread that looks ahead saves a sixth of the time of a short encode.
function special({ encoder, crf, mastering = {} }: Encoding, threads: number): string[] {
  const constantQuality = crf !== undefined
  switch (encoder) {
    case 'libx265': {
      const params = ['log-level=error', `frame-threads=${Math.min(4, threads)}`, ...x265Mastering(mastering)]
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
