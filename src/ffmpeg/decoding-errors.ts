// decoding-errors: what the decoders of a command have complained of, and got over.
import { DECODERS } from '../engine/decoders.ts'
import { usefulLine } from '../process/log.ts'

/** In words, with how many there are at the end of the log; undefined when there is none. Encoders and muxers do not count. */
export function decodingErrors(log: string): string | undefined {
  const lines = log.split('\n').filter(isOfDecoder)
  if (lines.length === 0) return undefined
  const first = usefulLine(lines[0] ?? '')
  return `its sources could not be decoded without errors: ${lines.length} were told, the first of them "${first}"`
}

// "[h264 @ 0x55…] no frame!", or in later versions "[dec:h264 @ 0x55…] …".
function isOfDecoder(line: string): boolean {
  const speaker = /^\[(?:dec:)?([\w.-]+) @ 0x/.exec(line)?.[1]
  return speaker !== undefined && DECODERS.includes(speaker)
}
