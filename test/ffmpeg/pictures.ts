// pictures: images that no encoder makes, byte by byte.
import { crc32, deflateSync } from 'node:zlib'

/** A black PNG of one bit a pixel: a million pixels in a few hundred bytes. */
export function blackPng(widthPx: number, heightPx: number, pixels?: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(widthPx, 0)
  header.writeUInt32BE(heightPx, 4)
  header.writeUInt8(1, 8)
  const data = pixels ?? deflateSync(Buffer.alloc((Math.ceil(widthPx / 8) + 1) * heightPx))
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/** The JPEG with an EXIF orientation of 6: to be turned clockwise by a quarter when shown. */
export function turnedJpeg(jpeg: Buffer): Buffer {
  const entry = [1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0]
  const exif = Buffer.from([...Buffer.from('Exif\0\0', 'latin1'), ...tiff])
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2])
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
