// tail: what stands behind the end of a picture is no part of it, and no fault of it either.
import { APP2, endOfJpeg, isJpeg, readJpeg } from '../containers/jpeg.ts'
import { isPng, readPng } from '../containers/png.ts'
import { isWebp } from '../containers/webp.ts'

/** The same bytes where nothing follows, where there is no end, and where a picture follows that was not announced. */
export function withoutTail(bytes: Buffer): Buffer {
  const end = endOf(bytes)
  if (end === undefined || end >= bytes.length) return bytes
  const tail = bytes.subarray(end)
  const isAnother = isPng(tail) || isJpeg(tail) || isWebp(tail)
  return isAnother && !announcesMore(bytes) ? bytes : bytes.subarray(0, end)
}

function endOf(bytes: Buffer): number | undefined {
  try {
    if (isJpeg(bytes)) return endOfJpeg(bytes)
    // A signature of eight bytes, and the chunks up to the last.
    if (isPng(bytes)) return readPng(bytes).reduce((sum, { whole }) => sum + whole.length, 8)
    return isWebp(bytes) ? 8 + bytes.readUInt32LE(4) : undefined
  } catch {
    return undefined
  }
}

const SEVERAL = Buffer.from('MPF\0')

// CIPA DC-007: the first picture is the one to show; the others are smaller ones of it, or say how bright it may be.
function announcesMore(bytes: Buffer): boolean {
  if (!isJpeg(bytes)) return false
  return readJpeg(bytes).segments.some(
    ({ marker, payload }) => marker === APP2 && payload.subarray(0, 4).equals(SEVERAL),
  )
}
