// traits: what a picture says beside its pixels of how they are to be shown: its colours, and which way is up.
import { inflateSync } from 'node:zlib'
import type { ImageFormat, Size } from '../../../providers/image/contract.ts'
import { APP1, APP2, readJpeg, type Segment } from '../containers/jpeg.ts'
import { readPng } from '../containers/png.ts'
import { readWebp } from '../containers/webp.ts'
import { type Orientation, orientationIn } from './orientation.ts'

export type Traits = {
  /** ICC profile of red, green and blue; absent where there is none, which means sRGB. */
  readonly profile?: Buffer
  readonly orientation: Orientation
  /** `cmyk`: as for a press; no other format has that, and few programs show it. */
  readonly colours: 'rgb' | 'cmyk'
}

const PLAIN: Traits = { orientation: 1, colours: 'rgb' }

/** Of what nobody can read, nothing is known: whoever decodes it will say so. */
export function traitsOf(format: ImageFormat, bytes: Buffer): Traits {
  try {
    return READERS[format](bytes)
  } catch {
    return PLAIN
  }
}

/** As the picture is to be seen. */
export function uprightSize({ widthPx, heightPx }: Size, { orientation }: Pick<Traits, 'orientation'>): Size {
  return orientation >= 5 ? { widthPx: heightPx, heightPx: widthPx } : { widthPx, heightPx }
}

const READERS: Readonly<Record<ImageFormat, (bytes: Buffer) => Traits>> = { png: ofPng, jpg: ofJpeg, webp: ofWebp }

function ofPng(bytes: Buffer): Traits {
  const chunks = readPng(bytes)
  const dataOf = (name: string) => chunks.find(({ type }) => type === name)?.data
  return { ...profileOf(inflated(dataOf('iCCP'))), orientation: orientationIn(dataOf('eXIf')), colours: 'rgb' }
}

function ofJpeg(bytes: Buffer): Traits {
  const { segments } = readJpeg(bytes)
  const exif = segments.find(({ marker, payload }) => marker === APP1 && payload.subarray(0, 4).equals(EXIF))
  const frame = segments.find(({ marker }) => FRAMES.includes(marker))
  return {
    ...profileOf(joined(segments)),
    orientation: orientationIn(exif?.payload.subarray(6)),
    // T.81, B.2.2: precision, height, width, and the number of components.
    colours: frame?.payload[5] === 4 ? 'cmyk' : 'rgb',
  }
}

function ofWebp(bytes: Buffer): Traits {
  const chunks = readWebp(bytes)
  const dataOf = (name: string) => chunks.find(({ type }) => type === name)?.data
  const exif = dataOf('EXIF')
  // Some write it as in a JPEG.
  const tiff = exif?.subarray(0, 4).equals(EXIF) ? exif.subarray(6) : exif
  return { ...profileOf(dataOf('ICCP')), orientation: orientationIn(tiff), colours: 'rgb' }
}

const EXIF = Buffer.from('Exif')
// SOF0 to SOF15, without DHT, JPG and DAC.
const FRAMES = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]

// The largest that anybody uses, for printers, have two.
const MOST_PROFILE_BYTES = 4 * 1024 * 1024

// A name, a zero, the method (zlib is the only one), and the profile.
function inflated(data: Buffer | undefined): Buffer | undefined {
  return data && inflateSync(data.subarray(data.indexOf(0) + 2), { maxOutputLength: MOST_PROFILE_BYTES })
}

const PROFILE = Buffer.from('ICC_PROFILE\0')

// ICC.1:2022, B.4: in pieces, each with its number and how many there are.
function joined(segments: readonly Segment[]): Buffer {
  const pieces = segments.filter(({ marker, payload }) => marker === APP2 && payload.subarray(0, 12).equals(PROFILE))
  const numberOf = ({ payload }: Segment) => payload[PROFILE.length] ?? 0
  const inOrder = pieces.toSorted((a, b) => numberOf(a) - numberOf(b))
  return Buffer.concat(inOrder.map(({ payload }) => payload.subarray(PROFILE.length + 2)))
}

// ICC.1:2022, 7.2: the colours that it is of at 16, and a signature at 36. Those of greys and inks do not fit what is made of them.
function profileOf(profile: Buffer | undefined): Pick<Traits, 'profile'> {
  if (!profile || profile.length < 128 || profile.length > MOST_PROFILE_BYTES) return {}
  const isOne = profile.toString('latin1', 36, 40) === 'acsp' && profile.toString('latin1', 16, 20) === 'RGB '
  return isOne ? { profile } : {}
}
