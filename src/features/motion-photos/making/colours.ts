// colours: how brightness and colour are mixed in what we read, and what has to be said so that they stay as they are.
import type { Capabilities } from '../../../engine/capabilities.ts'
import { toneMap } from '../../../engine/colour/tone-map.ts'
import type { Filter } from '../../../engine/filtergraph.ts'
import type { Size } from '../../../engine/operations/fit.ts'
import type { VideoStream } from '../../../engine/probe.ts'

type Picture = Pick<VideoStream, 'pixelFormat' | 'colourMatrix' | 'highDynamicRange' | 'widthPx' | 'heightPx'>
type Matrix = 'bt709' | 'bt601' | 'bt2020' | 'fcc' | 'smpte240m'

/** Brings light that is brighter than a screen of old back to what every screen shows, where this ffmpeg can. */
export function toneFilters({ highDynamicRange }: Picture, { filters }: Capabilities): Filter[] {
  if (!highDynamicRange || !filters.has('zscale') || !filters.has('tonemap')) return []
  const transfer = highDynamicRange === 'pq' ? 'smpte2084' : 'arib-std-b67'
  const colour = { matrix: 'bt2020nc', range: 'tv', primaries: 'bt2020', transfer } as const
  return [...toneMap(colour), { name: 'format', args: { pix_fmts: 'yuv420p' } }]
}

/** A JPEG is read as BT.601 over the full range (JFIF), whatever its source was. */
export function stillFilters(picture: Picture, { widthPx, heightPx }: Size): Filter[] {
  const scaling = { ...incoming(picture), out_color_matrix: 'bt601', out_range: 'full' }
  return [
    { name: 'scale', args: { w: widthPx, h: heightPx, flags: EXACT, ...scaling } },
    { name: 'setsar', args: { sar: 1 } },
    // Colour at half the resolution stays so; a screen's colours are kept at their own.
    { name: 'format', args: { pix_fmts: isHalved(picture) ? 'yuvj420p' : 'yuvj444p' } },
  ]
}

/** What every decoder shows: eight bits, half the colours, the range of television; and the mix is said aloud. */
export function clipFilters(picture: Picture, { widthPx, heightPx }: Size): Filter[] {
  const matrix = matrixOf(picture)
  const outgoing = matrix === undefined || matrix === 'bt2020' ? 'bt709' : matrix
  const changed = matrix === outgoing ? {} : { ...incoming(picture), out_color_matrix: outgoing }
  return [
    { name: 'scale', args: { w: widthPx, h: heightPx, flags: 'bicubic', ...changed, out_range: 'tv' } },
    { name: 'setsar', args: { sar: 1 } },
    { name: 'format', args: { pix_fmts: 'yuv420p' } },
    { name: 'setparams', args: { colorspace: outgoing === 'bt601' ? 'smpte170m' : outgoing, range: 'tv' } },
  ]
}

const EXACT = 'bicubic+accurate_rnd+full_chroma_int'
const MATRICES: Readonly<Record<string, Matrix>> = {
  bt709: 'bt709',
  smpte170m: 'bt601',
  bt470bg: 'bt601',
  bt2020nc: 'bt2020',
  fcc: 'fcc',
  smpte240m: 'smpte240m',
}

function incoming(picture: Picture): Readonly<Record<string, string>> {
  const matrix = matrixOf(picture)
  return matrix === undefined ? {} : { in_color_matrix: matrix }
}

// Undefined for red, green and blue. What says nothing is what players take it for: BT.709 from 720 lines on.
function matrixOf({ pixelFormat, colourMatrix, highDynamicRange, widthPx, heightPx }: Picture): Matrix | undefined {
  if (!/^yuv|^nv|^p0|^y4/.test(pixelFormat)) return undefined
  if (highDynamicRange) return 'bt709'
  return MATRICES[colourMatrix ?? ''] ?? (Math.min(widthPx, heightPx) >= 720 ? 'bt709' : 'bt601')
}

function isHalved({ pixelFormat }: Picture): boolean {
  return /420|^nv12|^nv21|^p010/.test(pixelFormat)
}
