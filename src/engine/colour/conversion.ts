// conversion: the filters that bring pictures from one colour to another.
import type { Filter } from '../filtergraph.ts'
import type { Size } from '../operations/fit.ts'
import { BT709, type Colour, isHdr, sameGamut } from './colour.ts'
import { toneMap } from './tone-map.ts'

export type Converted = Size & { readonly colour: Colour; readonly bits: number; readonly alpha: boolean }

/** Nothing when nothing changes. `to` is of a mixed matrix; the format that comes out is the next filter's to say. */
export function conversion(from: Converted, to: Colour): Filter[] {
  const { colour } = from
  if (isHdr(colour) && !isHdr(to))
    return [...divisible(from, toneMap(colour)), ...conversion({ ...from, colour: BT709 }, to)]
  const sameLight = !isHdr(to) || colour.transfer === to.transfer
  if (sameLight && sameGamut(colour, to) && MATRICES.has(colour.matrix)) return remixed(colour, to)
  return divisible(from, [relit(from, to)])
}

// swscale: fast, and knows nothing of primaries and light.
function remixed(from: Colour, to: Colour): Filter[] {
  const [before, after] = [MATRICES.get(from.matrix), MATRICES.get(to.matrix)]
  if (before === after && from.range === to.range) return []
  const outgoing = { out_color_matrix: after ?? '', out_range: to.range, flags: EXACT }
  const args = before === 'gbr' ? outgoing : { in_color_matrix: before ?? '', in_range: from.range, ...outgoing }
  return [{ name: 'scale', args }]
}

const EXACT = 'bicubic+accurate_rnd+full_chroma_int'
// By ffprobe's name what swscale calls it.
const MATRICES: ReadonlyMap<string, string> = new Map([
  ['gbr', 'gbr'],
  ['bt709', 'bt709'],
  ['smpte170m', 'bt601'],
  ['bt470bg', 'bt601'],
  ['fcc', 'fcc'],
  ['smpte240m', 'smpte240m'],
  ['bt2020nc', 'bt2020'],
])

// zscale: goes through linear light. Between transfers of old nobody converts: data keep theirs.
function relit({ colour }: Converted, to: Colour): Filter {
  const tin = TRANSFERS.includes(colour.transfer) ? colour.transfer : 'bt709'
  const args = { min: colour.matrix, pin: colour.primaries, tin, rin: colour.range }
  const hdr = isHdr(colour) || isHdr(to)
  return {
    name: 'zscale',
    args: {
      ...args,
      ...{ m: to.matrix, p: to.primaries, t: isHdr(to) ? to.transfer : tin, r: to.range },
      ...(hdr && { npl: WHITE_NITS }),
    },
  }
}

// How bright the white of a page or a logo is among HDR (BT.2408).
const WHITE_NITS = 203
const TRANSFERS = [
  'bt709',
  'smpte170m',
  'bt470m',
  'bt470bg',
  'linear',
  'iec61966-2-1',
  'iec61966-2-4',
  'bt2020-10',
  'bt2020-12',
  'smpte2084',
  'arib-std-b67',
]

// zscale takes halved colours of even sides only, and transparency only in formats of separate planes.
function divisible({ widthPx, heightPx, bits, alpha, colour }: Converted, filters: readonly Filter[]): Filter[] {
  const odd = widthPx % 2 === 1 || heightPx % 2 === 1
  const planes = `yuv${alpha ? 'a' : ''}444p${bits > 8 ? '10le' : ''}`
  const whole: Filter[] = odd ? [{ name: 'format', args: { pix_fmts: planes } }] : []
  if (colour.matrix !== 'gbr') return [...whole, ...filters, ...whole]
  return [{ name: 'format', args: { pix_fmts: alpha ? 'gbrap' : 'gbrp' } }, ...filters, ...whole]
}
