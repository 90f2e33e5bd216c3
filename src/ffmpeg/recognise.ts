// recognise: what a file is, before any tool is started: the demuxer for it, or why it is refused.
import { type FileHandle, open, stat } from 'node:fs/promises'
import { AppError } from '../lib/errors.ts'
import { missingBytes } from './cut-off.ts'
import { isEncrypted } from './encryption.ts'
import { foreignKind } from './foreign.ts'
import { afterTags } from './id3.ts'
import { HEAD_BYTES, sniff } from './sniff.ts'

export type Recognised = {
  readonly demuxer: string
  readonly sizeBytes: number
  /** At its end; absent where nothing is. */
  readonly missingBytes?: number
}

/** Throws `media_unsupported`, `media_encrypted`, `media_damaged` (there is nothing in it), or what opening it throws. */
export async function recogniseFile(file: string): Promise<Recognised> {
  const stats = await stat(file)
  if (!stats.isFile()) throw new AppError('media_unsupported', 'This is not a file')
  if (stats.size === 0) throw new AppError('media_damaged', 'The file is empty')
  await using handle = await open(file)
  const head = await bytesAt(handle, 0)
  const demuxer = await demuxerOf(handle, head)
  if (demuxer === undefined) throw unknownFormat(head)
  const { size: sizeBytes } = stats
  if (await isEncrypted({ handle, demuxer, head, sizeBytes })) throw new AppError('media_encrypted', ENCRYPTED)
  const missing = await missingBytes({ handle, demuxer, head, sizeBytes })
  return { demuxer, sizeBytes, ...(missing > 0 && { missingBytes: missing }) }
}

const ENCRYPTED = 'The file is encrypted (DRM): without its key, nothing can be made of it'
const FORMATS =
  'MP4, MOV, 3GP, Matroska, WebM, MPEG-TS, MPEG-PS, AVI, DV, MXF, ASF (WMV, WMA), WTV, FLV, RealMedia, Ogg, IVF, Y4M, NUT, ' +
  'MP3, AAC, AC-3, DTS, WAV, AIFF, CAF, AU, AMR, FLAC, WavPack, APE, TTA, Musepack, DSF, PNG, APNG, JPEG, WebP, GIF, BMP, TIFF'

// A tag with a large cover in it is followed by what the file is.
async function demuxerOf(handle: FileHandle, head: Buffer): Promise<string | undefined> {
  const start = afterTags(head)
  if (start < head.length) return sniff(head)
  return sniff(await bytesAt(handle, start)) ?? sniff(head)
}

async function bytesAt(handle: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, position)
  return buffer.subarray(0, bytesRead)
}

function unknownFormat(head: Buffer): AppError {
  const kind = foreignKind(head)
  const what = kind === undefined ? 'The file is' : `The file is ${kind}. It is`
  return new AppError('media_unsupported', `${what} none of the formats that can be opened: ${FORMATS}`)
}
