// decoding-errors: what the decoders of a command have complained of, and got over.
import { isDecoderOfSubtitles, mediaOfDecoder } from '../engine/decoders.ts'
import type { MediaKind } from '../engine/node.ts'
import { usefulLine } from '../process/log.ts'

/**
 * In words for the pictures and for the sound, each with how many there are at the end of the log; absent where there is none.
 * Encoders and muxers do not count.
 */
export function decodingErrors(log: string): Partial<Record<MediaKind, string>> {
  const lines = log.split('\n')
  const told = (media: MediaKind, what: string) => {
    const own = lines.filter(line => speakerOf(line) === media)
    const first = usefulLine(own[0] ?? '')
    return own.length === 0
      ? {}
      : {
          [media]: `${what} could not be decoded without errors: ${own.length} were told, the first of them "${first}"`,
        }
  }
  return { ...told('video', 'the picture of its sources'), ...told('audio', 'the sound of its sources') }
}

// "[h264 @ 0x55…] no frame!", or in later versions "[dec:h264 @ 0x55…] …".
function speakerOf(line: string): MediaKind | undefined {
  return mediaOfDecoder(nameIn(line))
}

function nameIn(line: string): string {
  return /^\[(?:dec:)?([\w.-]+) @ 0x/.exec(line)?.[1] ?? ''
}

/** Without what is said of subtitles: whoever opens a file looks at them as well, and nobody wanted them decoded. */
export function withoutSubtitles(log: string): string {
  const isOfSubtitles = (line: string) => isDecoderOfSubtitles(nameIn(line)) || PARSER_OF_SUBTITLES.test(line)
  return log
    .split('\n')
    .filter(line => !isOfSubtitles(line) && !REPEATED.test(line))
    .join('\n')
}

/** Without what is said of frames that a decoder has not seen because it began behind them, in an open group of pictures. */
export function withoutMissedFrames(log: string): string {
  return log
    .split('\n')
    .filter(line => !MISSED_FRAMES.test(line))
    .join('\n')
}

const MISSED_FRAMES =
  /\] (mmco: unref short failure|[Rr]eference picture missing|Missing reference picture|Could not find ref with POC|co located POCs unavailable)/
const PARSER_OF_SUBTITLES = /^\[NULL @ 0x\w+\] Junk in packet$/
const REPEATED = /^ *Last message repeated \d+ times$/
