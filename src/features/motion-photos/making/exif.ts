// exif: what a camera would say of the still (Exif 2.32): upright, its size, when and where, and a thumbnail for lists.
import type { Size } from '../../../engine/operations/fit.ts'
import type { Captured } from '../../../engine/probe.ts'
import { type Entry, printDirectory, sizeOfDirectory, text } from './tiff.ts'

type Still = {
  readonly size: Size
  readonly thumbnail: Buffer
  readonly captured?: Captured
  /** In which its colours are told; the picture's own profile is said beside Exif. */
  readonly colours: 'srgb' | 'profile'
}

/** The payload of an APP1 segment. `thumbnail` is a whole JPEG. */
export function exifPayload({ size, thumbnail, captured = {}, colours }: Still): Buffer {
  const { at, place } = captured
  const [camera, gps] = [cameraEntries(size, at, colours), place ? gpsEntries(place) : []]
  const image = (cameraAt: number, gpsAt: number): Entry[] => [
    { tag: 0x0112, type: 'short', value: UPRIGHT },
    ...RESOLUTION,
    ...(at ? [text(0x0132, dateOf(at))] : []),
    { tag: 0x0213, type: 'short', value: CENTERED },
    { tag: 0x8769, type: 'long', value: cameraAt },
    ...(place ? ([{ tag: 0x8825, type: 'long', value: gpsAt }] as const) : []),
  ]
  const small = (pixelsAt: number): Entry[] => [
    { tag: 0x0103, type: 'short', value: OLD_JPEG },
    ...RESOLUTION,
    { tag: 0x0201, type: 'long', value: pixelsAt },
    { tag: 0x0202, type: 'long', value: thumbnail.length },
  ]
  const cameraAt = HEADER.length + sizeOfDirectory(image(0, 0))
  const gpsAt = cameraAt + sizeOfDirectory(camera)
  const smallAt = gpsAt + (place ? sizeOfDirectory(gps) : 0)
  const pixelsAt = smallAt + sizeOfDirectory(small(0))
  return Buffer.concat([
    ...[EXIF_HEADER, HEADER],
    printDirectory(image(cameraAt, gpsAt), HEADER.length, smallAt),
    printDirectory(camera, cameraAt, 0),
    ...(place ? [printDirectory(gps, gpsAt, 0)] : []),
    ...[printDirectory(small(pixelsAt), smallAt, 0), thumbnail],
  ])
}

export const EXIF_HEADER = Buffer.from('Exif\0\0')

// Little-endian TIFF; the first directory follows at once.
const HEADER = Buffer.from('II*\0\x08\0\0\0', 'latin1')
const UPRIGHT = 1
const COLOURS = { srgb: 1, profile: 0xffff } as const
const CENTERED = 1
const OLD_JPEG = 6
const RESOLUTION: readonly Entry[] = [
  { tag: 0x011a, type: 'ratio', value: ratios([72, 1]) },
  { tag: 0x011b, type: 'ratio', value: ratios([72, 1]) },
  { tag: 0x0128, type: 'short', value: 2 },
]

function cameraEntries({ widthPx, heightPx }: Size, at: Captured['at'], colours: Still['colours']): Entry[] {
  const zones = at ? [0x9010, 0x9011, 0x9012].map(tag => text(tag, at.offset)) : []
  return [
    { tag: 0x9000, type: 'bytes', value: Buffer.from('0232') },
    ...(at ? [text(0x9003, dateOf(at)), text(0x9004, dateOf(at))] : []),
    ...zones,
    // Y, Cb, Cr.
    { tag: 0x9101, type: 'bytes', value: Buffer.from([1, 2, 3, 0]) },
    { tag: 0xa000, type: 'bytes', value: Buffer.from('0100') },
    { tag: 0xa001, type: 'short', value: COLOURS[colours] },
    { tag: 0xa002, type: 'long', value: widthPx },
    { tag: 0xa003, type: 'long', value: heightPx },
  ]
}

function gpsEntries({ latitude, longitude, altitudeM }: NonNullable<Captured['place']>): Entry[] {
  const height: Entry[] = [
    { tag: 5, type: 'byte', value: Buffer.from([(altitudeM ?? 0) < 0 ? 1 : 0]) },
    { tag: 6, type: 'ratio', value: ratios([Math.round(Math.abs(altitudeM ?? 0) * 1000), 1000]) },
  ]
  return [
    { tag: 0, type: 'byte', value: Buffer.from([2, 3, 0, 0]) },
    text(1, latitude < 0 ? 'S' : 'N'),
    { tag: 2, type: 'ratio', value: degrees(latitude) },
    text(3, longitude < 0 ? 'W' : 'E'),
    { tag: 4, type: 'ratio', value: degrees(longitude) },
    ...(altitudeM === undefined ? [] : height),
  ]
}

function dateOf({ local }: NonNullable<Captured['at']>): string {
  return local.replace(/-/g, ':').replace('T', ' ')
}

// Degrees, minutes, and seconds to a ten-thousandth, which is three millimetres.
function degrees(angle: number): Buffer {
  const parts = Math.round(Math.abs(angle) * 3600 * 10_000)
  const minutes = Math.floor(parts / 600_000)
  return ratios([Math.floor(minutes / 60), 1], [minutes % 60, 1], [parts % 600_000, 10_000])
}

function ratios(...fractions: readonly (readonly [number, number])[]): Buffer {
  const bytes = Buffer.alloc(fractions.length * 8)
  for (const [index, value] of fractions.flat().entries()) bytes.writeUInt32LE(value, index * 4)
  return bytes
}
