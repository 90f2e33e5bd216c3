// fit-size: the size that was asked for, in whole or in part, → the nearest one that the model makes. Pure.
import type { ImageOrder, Size, SizeRule } from '../../providers/image/contract.ts'
import type { Wanted, Warn } from './fit.ts'
import { fitFree, limitsOf } from './fit-free-size.ts'

type Asked = Pick<Wanted, 'widthPx' | 'heightPx' | 'ratio'>

/** Width and height count more than a ratio; what is left open is chosen so that it fits the rest. */
export function fitSize(asked: Asked, rule: SizeRule, warn: Warn): Pick<ImageOrder, 'size' | 'ratio'> {
  const ideal = idealSize(asked, usualSize(rule))
  warnOfParts(asked, ideal, warn)
  if (rule.kind === 'free') {
    const size = fitFree(ideal, rule)
    warnOfSize(asked, size, limitsOf(rule), warn)
    return { size }
  }
  const known: readonly (Size & { readonly ratio?: string })[] = rule.kind === 'list' ? rule.sizes : rule.shapes
  const nearest = nearestOf(calledSo(known, asked) ?? known, ideal)
  const { widthPx, heightPx, ratio } = nearest
  warnOfSize(asked, nearest, 'This model has sizes of its own', warn)
  return { size: { widthPx, heightPx }, ...(ratio !== undefined && { ratio }) }
}

// In whole pixels, a shape of another name may come nearer to a ratio than the one that is called so.
function calledSo<Known extends { readonly ratio?: string }>(
  known: readonly Known[],
  { widthPx, heightPx, ratio: asked }: Asked,
): readonly Known[] | undefined {
  if (asked === undefined || (widthPx !== undefined && heightPx !== undefined)) return undefined
  const called = known.filter(({ ratio }) => ratio !== undefined && toNumber(ratio) === toNumber(asked))
  return called.length > 0 ? called : undefined
}

function usualSize(rule: SizeRule): Size {
  if (rule.kind === 'free') return rule.usual
  const [first] = rule.kind === 'list' ? rule.sizes : rule.shapes
  if (!first) throw new TypeError('a model without a size')
  return first
}

function idealSize({ widthPx, heightPx, ratio }: Asked, usual: Size): Size {
  const shape = ratio === undefined ? usual.widthPx / usual.heightPx : toNumber(ratio)
  if (widthPx !== undefined) return { widthPx, heightPx: heightPx ?? widthPx / shape }
  if (heightPx !== undefined) return { widthPx: heightPx * shape, heightPx }
  if (ratio === undefined) return usual
  // As many pixels as usual.
  const area = usual.widthPx * usual.heightPx
  return { widthPx: Math.sqrt(area * shape), heightPx: Math.sqrt(area / shape) }
}

/** The most similar shape, and of those the most similar number of pixels; the first of equals. */
function nearestOf<Known extends Size>(known: readonly Known[], ideal: Size): Known {
  const shapeOf = ({ widthPx, heightPx }: Size) => Math.log(widthPx / heightPx)
  const areaOf = ({ widthPx, heightPx }: Size) => Math.log(widthPx * heightPx)
  const [best] = known
    .map(size => ({
      size,
      // Rounding to whole pixels makes no other shape.
      shape: Math.round(Math.abs(shapeOf(size) - shapeOf(ideal)) * 100),
      area: Math.abs(areaOf(size) - areaOf(ideal)),
    }))
    .toSorted((a, b) => a.shape - b.shape || a.area - b.area)
  if (!best) throw new TypeError('a model without a size')
  return best.size
}

function warnOfParts({ widthPx, heightPx, ratio }: Asked, ideal: Size, warn: Warn): void {
  const both = widthPx !== undefined && heightPx !== undefined
  if (both && ratio !== undefined && !isShape(ideal, ratio))
    warn('aspect_ratio', `Width and height count more: ${ratio} is not used`)
  if (widthPx === undefined && heightPx !== undefined)
    warn('width', `Only the height was given: ${Math.round(ideal.widthPx)} goes with it`)
  if (widthPx !== undefined && heightPx === undefined)
    warn('height', `Only the width was given: ${Math.round(ideal.heightPx)} goes with it`)
}

function warnOfSize({ widthPx, heightPx, ratio }: Asked, made: Size, reason: string, warn: Warn): void {
  const told = `${reason}: the picture will be ${made.widthPx}×${made.heightPx}`
  if (widthPx !== undefined && widthPx !== made.widthPx) warn('width', told)
  if (heightPx !== undefined && heightPx !== made.heightPx) warn('height', told)
  if (ratio !== undefined && (widthPx ?? heightPx) === undefined && !isShape(made, ratio)) warn('aspect_ratio', told)
}

// A ratio in whole pixels is seldom exact; what nobody sees is not worth a word.
function isShape({ widthPx, heightPx }: Size, ratio: string): boolean {
  return Math.abs(Math.log(widthPx / heightPx / toNumber(ratio))) < 0.05
}

function toNumber(ratio: string): number {
  const [width = 1, height = 1] = ratio.split(':').map(Number)
  return width / height
}
