// tone-map: brings HDR down to what every screen shows.
import type { Filter } from '../filtergraph.ts'
import type { Colour } from './colour.ts'

/** From PQ or HLG to BT.709 in the range of television; the format that comes out is the next filter's to say. */
export function toneMap({ matrix, range, primaries, transfer }: Colour): Filter[] {
  return [
    { name: 'zscale', args: { tin: transfer, min: matrix, pin: primaries, rin: range, t: 'linear', npl: SCREEN_NITS } },
    { name: 'format', args: { pix_fmts: 'gbrpf32le' } },
    { name: 'zscale', args: { p: 'bt709' } },
    { name: 'tonemap', args: { tonemap: 'hable', desat: 0 } },
    { name: 'zscale', args: { t: 'bt709', m: 'bt709', r: 'tv' } },
    // What the light of the source was mastered for is not true of what comes out, and ffmpeg 7 would write it down.
    { name: 'sidedata', args: { mode: 'delete', type: 'MASTERING_DISPLAY_METADATA' } },
    { name: 'sidedata', args: { mode: 'delete', type: 'CONTENT_LIGHT_LEVEL' } },
  ]
}

// tonemap counts the brightest light in units of this.
const SCREEN_NITS = 100
