// sniff: which demuxer opens a file, by the magic numbers at its beginning, before ffmpeg ever sees it.
import { isForeign } from './foreign.ts'
import { soundFrames } from './frame-runs.ts'
import { afterTags } from './id3.ts'
import { MAGIC } from './magic.ts'
import { programStream, transportStream } from './packet-runs.ts'

/** How much of the file's beginning to look at. */
export const HEAD_BYTES = 64 * 1024

/**
 * The demuxer to pin, or undefined when the bytes are nothing we open. Formats that are text are never accepted: HLS,
 * DASH, ffconcat, SDP and SVG make ffmpeg read other files.
 */
export function sniff(head: Uint8Array): string | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  if (isForeign(bytes)) return undefined
  const start = afterTags(bytes)
  // The tag holds a picture larger than what we look at; what carries such tags is MP3, mostly.
  if (start > 0 && start >= bytes.length) return 'mp3'
  const content = bytes.subarray(start)
  const magic = MAGIC.find(([, matches]) => matches(content))?.[0]
  return magic ?? soundFrames(content, 'at its start') ?? packets(content) ?? soundFrames(content, 'anywhere')
}

function packets(bytes: Buffer): string | undefined {
  if (transportStream(bytes)) return 'mpegts'
  return programStream(bytes) ? 'mpeg' : undefined
}
