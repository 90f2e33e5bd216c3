// input-options: what stands before every `-i`, for ffmpeg and ffprobe alike, because sources are untrusted.
import { DECODERS } from './decoders.ts'

/**
 * Pins the demuxer that our own sniffing chose, so that a playlist in disguise cannot open its neighbours, and allows
 * nothing but files, the decoders of decoders.ts, and pictures and stream counts of a sane size.
 */
export function inputOptions(demuxer: string): string[] {
  return [
    ...['-protocol_whitelist', 'file', '-f', demuxer, '-codec_whitelist', DECODERS.join(',')],
    // 16384×8192. A picture of 1 MB can otherwise take more than 1 GB of memory.
    ...['-max_pixels', `${2 ** 27}`, '-max_streams', `${MOST_STREAMS}`],
    // A little more than the largest of these pictures takes with four times 16 bits a pixel.
    ...['-max_alloc', '1200000000'],
    // Discs say of some packets only when they are decoded; from those around them ffmpeg works out when they are shown.
    ...(demuxer === 'mpeg' ? ['-fflags', '+genpts'] : []),
  ]
}

/** Films with subtitles in all the world's languages have a hundred. */
export const MOST_STREAMS = 256
