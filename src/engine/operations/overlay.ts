// overlay: lays a picture or a video over another video, for all of its time or a part of it.
import { z } from 'zod'
import { type Micros, printSeconds, whole } from '../../lib/time.ts'
import { type Form, formOf, inForm } from '../colour/form.ts'
import { shiftFilter } from '../cut-filters.ts'
import type { Filter } from '../filtergraph.ts'
import type { VideoMedia } from '../media.ts'
import { type FilterNode, type Node, pointwiseNode } from '../node.ts'
import { defineOperation, OperationFault } from './contract.ts'
import type { Size } from './fit.ts'
import { time, videoOf } from './parameters.ts'

const POSITIONS = {
  'top-left': [0, 0],
  top: [0.5, 0],
  'top-right': [1, 0],
  left: [0, 0.5],
  center: [0.5, 0.5],
  right: [1, 0.5],
  'bottom-left': [0, 1],
  bottom: [0.5, 1],
  'bottom-right': [1, 1],
} as const
type Position = keyof typeof POSITIONS

const offset = z.int().min(-8192).max(8192)
const params = z
  .strictObject({
    position: z
      .enum(Object.keys(POSITIONS) as [Position, ...Position[]])
      .optional()
      .describe('Where it lies; top-left when nothing is given'),
    margin: z.int().min(0).max(4096).default(0).describe('Pixels between it and the edges, with position'),
    x: offset.optional().describe('Pixels from the left edge, instead of position'),
    y: offset.optional().describe('Pixels from the top edge, instead of position'),
    opacity: z.number().min(0).max(1).default(1).describe('0 is invisible, 1 covers'),
    start: time.default(whole(0)).describe('When it appears; a video plays from its own beginning then'),
    end: time
      .optional()
      .describe('When it disappears; at the end when left out. A video disappears with its last frame in any case'),
  })
  .refine(({ position, x, y }) => position === undefined || (x === undefined && y === undefined), {
    path: ['position'],
    message: 'give either position or x and y',
  })
  .refine(({ start, end }) => end === undefined || end > start, { path: ['end'], message: 'must be after start' })
type Params = z.output<typeof params>

export const overlay = defineOperation({
  name: 'overlay',
  summary: "Lays the second input, a picture or a video, over the first; the sound is the first one's.",
  inputs: { min: 2, max: 2 },
  params,

  apply(options, [media, over], { names, room }) {
    const base = videoOf(media, names[0], '/inputs/0')
    const top = videoOf(over, names[1], '/inputs/1')
    if (base.picture)
      throw new OperationFault('/inputs/0', `"${names[0]}" is a picture: the first input must be a video`)
    if (base.endUs !== undefined && options.start >= base.endUs)
      throw new OperationFault(
        '/params/start',
        `must be before the end of "${names[0]}", which is ${printSeconds(whole(base.endUs))} s long`,
      )
    const form = formOf(base, room)
    const under = inForm(base, form)
    return {
      ...media,
      video: { ...under, node: overlaid(under, inForm(top, { ...form, alpha: true }), options, form) },
    }
  },
})

function overlaid(base: VideoMedia, top: VideoMedia, options: Params, { bits }: Form): FilterNode {
  const enable = interval(top, options)
  const filter: Filter = {
    name: 'overlay',
    // A picture is one frame that stays; a video that has ended must not leave its last frame behind.
    args: {
      ...corner(base, top, options),
      eof_action: top.picture ? 'repeat' : 'pass',
      ...(bits === 10 && { format: 'yuv420p10' }),
    },
    ...(enable && { enable }),
  }
  return {
    kind: 'filter',
    media: 'video',
    filters: [filter],
    of: [base.node, laidOver(top, options)],
    delaysUs: [0, top.picture ? 0 : options.start],
    pointwise: top.picture,
  }
}

function interval(top: VideoMedia, { start, end }: Params): { fromUs: Micros; toUs?: Micros } | undefined {
  const vanishes = top.picture
    ? end
    : Math.min(end ?? Number.POSITIVE_INFINITY, start + (top.endUs ?? Number.POSITIVE_INFINITY))
  if (vanishes !== undefined && Number.isFinite(vanishes)) return { fromUs: start, toUs: vanishes }
  return start > 0 ? { fromUs: start } : undefined
}

function corner(base: Size, top: Size, { position, margin, x, y }: Params): { x: number; y: number } {
  if (position === undefined) return { x: x ?? 0, y: y ?? 0 }
  const [across, down] = POSITIONS[position]
  const place = (share: number, room: number) => Math.round(share * room + (1 - 2 * share) * margin)
  return { x: place(across, base.widthPx - top.widthPx), y: place(down, base.heightPx - top.heightPx) }
}

function laidOver(top: VideoMedia, { opacity, start }: Params): Node {
  const faded: Filter[] = opacity < 1 ? [{ name: 'lut', args: { a: `val*${opacity}` } }] : []
  const later: Filter[] = start > 0 && !top.picture ? [shiftFilter('video', start)] : []
  const filters = [...faded, ...later]
  return filters.length > 0 ? pointwiseNode(top.node, filters) : top.node
}
