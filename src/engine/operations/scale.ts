// scale: gives pictures another size.
import { z } from 'zod'
import { pointwiseNode } from '../node.ts'
import { defineOperation, OperationFault } from './contract.ts'
import { ALGORITHMS, even, FITS, fitFilters, type Size } from './fit.ts'
import { side, videoOf } from './parameters.ts'

const params = z
  .strictObject({
    width: side.optional().describe('Width in pixels; follows the height when left out'),
    height: side.optional().describe('Height in pixels; follows the width when left out'),
    fit: z
      .enum(FITS)
      .default('pad')
      .describe(
        'With both sides given and another shape: bars (pad), smaller (contain), cut off (cover) or distorted (stretch)',
      ),
    algorithm: z.enum(ALGORITHMS).default('bicubic').describe('How pixels are computed'),
  })
  .refine(({ width, height }) => width !== undefined || height !== undefined, { message: 'give width, height or both' })

export const scale = defineOperation({
  name: 'scale',
  summary: 'Gives pictures another size; sound is not touched.',
  inputs: { min: 1, max: 1 },
  params,

  apply({ width, height, fit, algorithm }, [media], { names }) {
    const video = videoOf(media, names[0])
    const frame = frameFor(video, width, height)
    if (Math.max(frame.widthPx, frame.heightPx) > MOST_PX) {
      const other = width === undefined ? `${frame.widthPx} pixels wide` : `${frame.heightPx} pixels high`
      const at = width === undefined ? '/params/height' : '/params/width'
      throw new OperationFault(at, `would make "${names[0]}" ${other}, and ${MOST_PX} is the most: give both sides`)
    }
    if (fit === 'cover' && longestCovering(video, frame) > 2 * MOST_PX)
      throw new OperationFault('/params/fit', `cannot cover such a frame with the shape of "${names[0]}": use pad`)
    if (frame.widthPx === video.widthPx && frame.heightPx === video.heightPx) return media ?? {}
    const { filters, size } = fitFilters(video, frame, fit, algorithm)
    return { ...media, video: { ...video, ...size, node: pointwiseNode(video.node, filters) } }
  },
})

const MOST_PX = 8192

function longestCovering(video: Size, frame: Size): number {
  const factor = Math.max(frame.widthPx / video.widthPx, frame.heightPx / video.heightPx)
  return factor * Math.max(video.widthPx, video.heightPx)
}

function frameFor(video: Size, width: number | undefined, height: number | undefined): Size {
  return {
    widthPx: width ?? even((video.widthPx * (height ?? 0)) / video.heightPx),
    heightPx: height ?? even((video.heightPx * (width ?? 0)) / video.widthPx),
  }
}
