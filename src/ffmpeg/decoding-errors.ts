// decoding-errors: what the decoders of a command have complained of, and got over.
import { mediaOfDecoder } from '../engine/decoders.ts'
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
  return mediaOfDecoder(/^\[(?:dec:)?([\w.-]+) @ 0x/.exec(line)?.[1] ?? '')
}
