// source: a file that is read piece by piece, wherever it matters; no reader holds more than a piece of it.
import type { FileHandle } from 'node:fs/promises'

export interface Source {
  readonly sizeBytes: number
  /** What there is of these bytes: fewer past the end of the file, none at all for a place that does not exist. */
  read(offset: number, length: number): Promise<Buffer>
}

/** The longest piece. */
const PIECE_BYTES = 4 * 1024 * 1024

/** The handle stays the caller's to close. */
export function fileSource(handle: FileHandle, sizeBytes: number): Source {
  return {
    sizeBytes,
    async read(offset, length) {
      const wanted = Math.min(length, PIECE_BYTES, sizeBytes - offset)
      if (!(offset >= 0 && wanted > 0)) return Buffer.alloc(0)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset)
      return buffer.subarray(0, bytesRead)
    },
  }
}
