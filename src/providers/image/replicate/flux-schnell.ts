// flux-schnell: black-forest-labs/flux-schnell, an official model that knows shapes in two sizes each.
import type { ImageOrder, Size } from '../contract.ts'
import type { Writing } from './models.ts'

// Its own table, at one megapixel. https://github.com/replicate/cog-flux (ASPECT_RATIOS); a quarter halves both sides.
const SHAPES = [
  { ratio: '1:1', widthPx: 1024, heightPx: 1024 },
  { ratio: '16:9', widthPx: 1344, heightPx: 768 },
  { ratio: '21:9', widthPx: 1536, heightPx: 640 },
  { ratio: '3:2', widthPx: 1216, heightPx: 832 },
  { ratio: '2:3', widthPx: 832, heightPx: 1216 },
  { ratio: '4:5', widthPx: 896, heightPx: 1088 },
  { ratio: '5:4', widthPx: 1088, heightPx: 896 },
  { ratio: '3:4', widthPx: 896, heightPx: 1152 },
  { ratio: '4:3', widthPx: 1152, heightPx: 896 },
  { ratio: '9:16', widthPx: 768, heightPx: 1344 },
  { ratio: '9:21', widthPx: 640, heightPx: 1536 },
]
const QUARTERS = SHAPES.map(({ ratio, widthPx, heightPx }) => ({
  ...{ ratio, widthPx: widthPx / 2, heightPx: heightPx / 2 },
}))
const HALF_A_MEGAPIXEL = 512 * 1024

export const fluxSchnell: Writing = {
  name: 'black-forest-labs/flux-schnell',
  can: {
    about: 'FLUX.1 [schnell] by Black Forest Labs: good pictures in one to four steps.',
    kind: 'trained',
    sizes: { kind: 'shapes', shapes: [...SHAPES, ...QUARTERS] },
    maxCount: 4,
    steps: { min: 1, max: 4, usual: 4 },
    takesNegativePrompt: false,
    takesSeed: true,
    formats: ['webp', 'jpg', 'png'],
    usualMs: 2500,
  },
  input: order => ({
    prompt: order.prompt,
    aspect_ratio: order.ratio ?? ratioOf(order.size),
    megapixels: order.size.widthPx * order.size.heightPx < HALF_A_MEGAPIXEL ? '0.25' : '1',
    num_outputs: order.count,
    ...(order.steps !== undefined && { num_inference_steps: order.steps }),
    seed: order.seed,
    ...formatOf(order),
    // Its fast way makes another picture of the same seed every time.
    go_fast: !order.seedIsAsked,
  }),
}

function ratioOf({ widthPx, heightPx }: Size): string {
  const distance = (shape: Size) => Math.abs(Math.log((shape.widthPx * heightPx) / (shape.heightPx * widthPx)))
  return SHAPES.reduce((best, shape) => (distance(shape) < distance(best) ? shape : best)).ratio
}

function formatOf({ format, quality }: ImageOrder): Record<string, unknown> {
  return { output_format: format, ...(format !== 'png' && { output_quality: quality }) }
}
