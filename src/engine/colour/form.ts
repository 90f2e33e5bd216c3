// form: how pictures are stored where they meet and where they are encoded, and how they are brought into that.
import { type VideoEncoder, videoEncoders } from '../codecs.ts'
import { type Container, containers } from '../containers.ts'
import type { Filter } from '../filtergraph.ts'
import type { GraphOutput } from '../graph.ts'
import type { VideoMedia } from '../media.ts'
import { pointwiseNode } from '../node.ts'
import { BT709, type Colour, isHdr, isWide, usualColour } from './colour.ts'
import { conversion } from './conversion.ts'

/** Half the colour resolution, and the range of television: what every player shows. */
export type Form = { readonly colour: Colour; readonly bits: 8 | 10; readonly alpha: boolean }

/** What an output has room for, so that it need not be lost on the way. */
export type Room = {
  /** Ten bits, HDR, and more colours than BT.709 has. */
  readonly deep: boolean
  readonly alpha: boolean
}

export function roomOf({ video, container }: GraphOutput): Room {
  const found = containers.get(container)
  return roomIn(videoEncoders.get(video?.codec ?? found?.videoEncoder ?? ''), found)
}

function roomIn(encoder: VideoEncoder | undefined, container: Container | undefined): Room {
  return { deep: encoder?.deep === true, alpha: encoder?.alpha === true && container?.alpha === true }
}

/** The form that keeps the most of a video. */
export function formOf(video: VideoMedia, room: Room): Form {
  return {
    colour: encodedColour(video, room),
    bits: room.deep && video.bits > 8 ? 10 : 8,
    alpha: room.alpha && video.alpha,
  }
}

/** What may be transparent and must not be comes to lie on black. */
export function inForm(video: VideoMedia, form: Form): VideoMedia {
  const { matrix, range, primaries, transfer } = form.colour
  const filters: Filter[] = [
    ...(video.alpha && !form.alpha ? ([{ name: 'premultiply', args: { inplace: 1 } }] as const) : []),
    ...conversion(video, form.colour),
    { name: 'format', args: { pix_fmts: `yuv${form.alpha ? 'a' : ''}420p${form.bits === 10 ? '10le' : ''}` } },
    // Encoders write down what frames say of themselves; and where two say different things, ffmpeg 7 converts.
    {
      name: 'setparams',
      args: { colorspace: matrix, color_primaries: primaries, color_trc: transfer, range },
    },
  ]
  return { ...video, ...form, node: pointwiseNode(video.node, filters) }
}

function encodedColour(video: VideoMedia, { deep }: Room): Colour {
  const { colour } = video
  const mixed = ENCODED.includes(colour.matrix)
  if (isHdr(colour) || isWide(colour)) {
    if (!deep) return BT709
    return { ...colour, range: 'tv', matrix: mixed ? colour.matrix : 'bt2020nc' }
  }
  return mixed ? { ...colour, range: 'tv' } : usualColour(video)
}

// Those that every encoder can name and every player knows.
const ENCODED = ['bt709', 'smpte170m', 'bt470bg', 'bt2020nc']
