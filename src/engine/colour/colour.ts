// colour: what the numbers of a picture mean: told by its tags or, where they are silent, by the field's convention.
import type { Size } from '../operations/fit.ts'
import type { VideoStream } from '../probe.ts'
import { pixelsOf } from './pixel-format.ts'

/** In ffprobe's words. */
export type Colour = {
  /** How brightness and colour are mixed: `bt709`, `smpte170m` …; `gbr` where they are not. */
  readonly matrix: string
  /** Black to white is 16 to 235 (tv) or 0 to 255 (pc). */
  readonly range: 'tv' | 'pc'
  readonly primaries: string
  readonly transfer: string
}

export const BT709: Colour = { matrix: 'bt709', range: 'tv', primaries: 'bt709', transfer: 'bt709' }
const NTSC: Colour = { matrix: 'smpte170m', range: 'tv', primaries: 'smpte170m', transfer: 'smpte170m' }
const PAL: Colour = { matrix: 'bt470bg', range: 'tv', primaries: 'bt470bg', transfer: 'smpte170m' }

type Told = Pick<
  VideoStream,
  | 'codec'
  | 'pixelFormat'
  | 'widthPx'
  | 'heightPx'
  | 'rotationDegrees'
  | 'colourMatrix'
  | 'colourRange'
  | 'colourPrimaries'
  | 'colourTransfer'
>

export function colourOf(stream: Told): Colour {
  const { model } = pixelsOf(stream.pixelFormat)
  const { colourPrimaries, colourTransfer } = stream
  if (model === 'rgb')
    return {
      matrix: 'gbr',
      range: 'pc',
      primaries: colourPrimaries ?? 'bt709',
      transfer: colourTransfer ?? 'iec61966-2-1',
    }
  const matrix = matrixOf(stream)
  const usual = USUAL[matrix] ?? BT709
  return {
    matrix,
    range: rangeOf(stream, model),
    primaries: colourPrimaries ?? usual.primaries,
    transfer: colourTransfer ?? usual.transfer,
  }
}

/** What players take an untagged video of this size for. */
export function usualColour({ widthPx, heightPx }: Size): Colour {
  if (widthPx >= 1280 || heightPx >= 720) return BT709
  return heightPx === 576 || heightPx === 288 ? PAL : NTSC
}

/** Brighter than a screen of old: PQ (HDR10, Dolby Vision) or HLG. */
export function isHdr({ transfer }: Colour): boolean {
  return transfer === 'smpte2084' || transfer === 'arib-std-b67'
}

/** More colours than a screen of old shows. */
export function isWide({ primaries }: Colour): boolean {
  return WIDE.includes(primaries)
}

/** Between the primaries of television nobody converts: they hardly differ. */
export function sameGamut(one: Colour, other: Colour): boolean {
  return one.primaries === other.primaries || !(isWide(one) || isWide(other))
}

const WIDE = ['bt2020', 'smpte431', 'smpte432', 'smpte428', 'film']

const USUAL: Readonly<Record<string, { readonly primaries: string; readonly transfer: string }>> = {
  smpte170m: NTSC,
  bt470bg: PAL,
  smpte240m: { primaries: 'smpte240m', transfer: 'smpte240m' },
  fcc: { primaries: 'bt470m', transfer: 'bt470m' },
  bt2020nc: { primaries: 'bt2020', transfer: 'bt2020-10' },
  bt2020c: { primaries: 'bt2020', transfer: 'bt2020-10' },
}

function matrixOf(stream: Told): string {
  const { codec, colourMatrix, colourPrimaries, colourTransfer, widthPx, heightPx, rotationDegrees } = stream
  if (colourMatrix !== undefined && colourMatrix !== 'gbr') return colourMatrix
  if (colourPrimaries === 'bt2020' || colourTransfer === 'smpte2084' || colourTransfer === 'arib-std-b67')
    return 'bt2020nc'
  // JFIF and WebP know no other.
  if (codec === 'mjpeg' || codec === 'webp') return 'bt470bg'
  // As stored: a player looks at that before it turns the picture.
  const upright = rotationDegrees % 180 === 0
  return usualColour(upright ? { widthPx, heightPx } : { widthPx: heightPx, heightPx: widthPx }).matrix
}

function rangeOf({ codec, pixelFormat, colourRange }: Told, model: 'yuv' | 'grey'): 'tv' | 'pc' {
  if (pixelFormat.startsWith('yuvj')) return 'pc'
  return colourRange ?? (model === 'grey' || codec === 'mjpeg' ? 'pc' : 'tv')
}
