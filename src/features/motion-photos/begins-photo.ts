// begins-photo: refuses an upload that is no photo by its first bytes, before the rest of it is read.
import { AppError } from '../../lib/errors.ts'

/** Throws `upload_unsupported`. A HEIC's brands are looked at when all of it is there. */
export function beginsPhoto(head: Buffer): void {
  const jpeg = head.length > 3 && head.readUInt16BE(0) === 0xffd8 && head[2] === 0xff
  if (jpeg || head.toString('latin1', 4, 8) === 'ftyp') return
  throw new AppError('upload_unsupported', 'This is neither JPEG, HEIC nor AVIF')
}
