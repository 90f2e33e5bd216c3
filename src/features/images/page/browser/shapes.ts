// shapes: which size a model makes of a shape, so that the place for the picture has it beforehand.
import type { Model, Parameters, Size } from './answers.ts'

export const RATIOS = ['1:1', '16:9', '9:16', '4:3', '3:2'] as const

/** Of what is asked for; a model that nobody knows is taken to make what it is asked for. */
export function expectedSize(parameters: Parameters, model?: Pick<Model, 'sizes'>): Size {
  const [width, height] = [Number(parameters['width'] ?? 0), Number(parameters['height'] ?? 0)]
  if (width > 0 && height > 0) return { width, height }
  const ratio = String(parameters['aspect_ratio'] ?? '1:1')
  return (model && sizeFor(model, ratio)) ?? { width: 1024 * shapeOf(ratio), height: 1024 }
}

/** The model's own size of this shape (`16:9`); undefined where it has no such shape. */
export function sizeFor({ sizes }: Pick<Model, 'sizes'>, ratio: string): Size | undefined {
  const shape = shapeOf(ratio)
  switch (sizes.kind) {
    case 'free':
      return withinLimits(sizes, shape)
    case 'shapes':
      return sizes.shapes.find(size => isShape(size, shape))
    case 'list':
      return sizes.sizes.find(size => isShape(size, shape))
    default:
      return sizes satisfies never
  }
}

function shapeOf(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number)
  return width / height
}

// Rounding to whole pixels makes no other shape.
function isShape({ width, height }: Size, shape: number): boolean {
  return Math.abs(Math.log(width / height / shape)) < 0.06
}

// As many pixels as usual.
function withinLimits(sizes: Extract<Model['sizes'], { kind: 'free' }>, shape: number): Size {
  const { min, max, multiple_of: step, default: usual } = sizes
  const area = usual.width * usual.height
  const ideal = { width: Math.sqrt(area * shape), height: Math.sqrt(area / shape) }
  const least = Math.ceil(min / step) * step
  const most = Math.floor(max / step) * step
  const scale = Math.min(
    most / Math.max(ideal.width, ideal.height),
    Math.max(1, least / Math.min(ideal.width, ideal.height)),
  )
  const fit = (px: number) => Math.min(most, Math.max(least, Math.round((px * scale) / step) * step))
  return { width: fit(ideal.width), height: fit(ideal.height) }
}
