// fit-free-size: the size nearest to an ideal one that a model makes whose sizes are free within limits. Pure.
import type { Size, SizeRule } from '../../providers/image/contract.ts'

export type FreeSizes = Extract<SizeRule, { kind: 'free' }>

/** The limits, in the words in which a caller hears of them. */
export function limitsOf({ minPx, maxPx, multipleOf, maxRatio, area }: FreeSizes): string {
  const limits = [
    `This model makes ${minPx} to ${maxPx} pixels`,
    ...(multipleOf > 1 ? [`in steps of ${multipleOf}`] : []),
    ...(maxRatio === undefined ? [] : [`up to ${maxRatio}:1`]),
    ...(area ? [`and ${area.minPx} to ${area.maxPx} pixels in all`] : []),
  ]
  return limits.join(', ')
}

/** The shape is kept as long as there is room for it. */
export function fitFree(ideal: Size, rule: FreeSizes): Size {
  const aim = intoSides(intoArea(intoRatio(ideal, rule), rule), rule)
  const rounded = { widthPx: roundSide(aim.widthPx, rule), heightPx: roundSide(aim.heightPx, rule) }
  return isAllowed(rounded, rule) ? rounded : nearestAllowed(aim, rule)
}

// As many pixels as before.
function intoRatio(size: Size, { maxRatio = Number.POSITIVE_INFINITY }: FreeSizes): Size {
  const { widthPx, heightPx } = size
  const ratio = Math.max(widthPx, heightPx) / Math.min(widthPx, heightPx)
  if (ratio <= maxRatio) return size
  const change = Math.sqrt(ratio / maxRatio)
  return widthPx > heightPx
    ? { widthPx: widthPx / change, heightPx: heightPx * change }
    : { widthPx: widthPx * change, heightPx: heightPx / change }
}

function intoArea(size: Size, { area }: FreeSizes): Size {
  if (!area) return size
  const pixels = size.widthPx * size.heightPx
  return scaled(size, Math.sqrt(Math.min(area.maxPx, Math.max(area.minPx, pixels)) / pixels))
}

function intoSides(size: Size, rule: FreeSizes): Size {
  const { least, most } = sidesOf(rule)
  const [shorter, longer] = [Math.min(size.widthPx, size.heightPx), Math.max(size.widthPx, size.heightPx)]
  return scaled(size, Math.min(most / longer, Math.max(1, least / shorter)))
}

function scaled({ widthPx, heightPx }: Size, by: number): Size {
  return { widthPx: widthPx * by, heightPx: heightPx * by }
}

function roundSide(px: number, rule: FreeSizes): number {
  const { least, most } = sidesOf(rule)
  return Math.min(most, Math.max(least, Math.round(px / rule.multipleOf) * rule.multipleOf))
}

function sidesOf({ minPx, maxPx, multipleOf }: FreeSizes): { readonly least: number; readonly most: number } {
  return { least: Math.ceil(minPx / multipleOf) * multipleOf, most: Math.floor(maxPx / multipleOf) * multipleOf }
}

function isAllowed({ widthPx, heightPx }: Size, { maxRatio = Number.POSITIVE_INFINITY, area }: FreeSizes): boolean {
  if (Math.max(widthPx, heightPx) > maxRatio * Math.min(widthPx, heightPx)) return false
  return !area || (widthPx * heightPx >= area.minPx && widthPx * heightPx <= area.maxPx)
}

// Rounding has led beyond a limit: some step nearby has not.
const STEPS = [-3, -2, -1, 0, 1, 2, 3]

function nearestAllowed(aim: Size, rule: FreeSizes): Size {
  const sidesNear = (px: number) => [...new Set(STEPS.map(step => roundSide(px + step * rule.multipleOf, rule)))]
  const near = sidesNear(aim.widthPx).flatMap(widthPx =>
    sidesNear(aim.heightPx).map(heightPx => ({ widthPx, heightPx })),
  )
  const distance = ({ widthPx, heightPx }: Size) =>
    Math.log(widthPx / aim.widthPx) ** 2 + Math.log(heightPx / aim.heightPx) ** 2
  const [nearest] = near.filter(size => isAllowed(size, rule)).toSorted((a, b) => distance(a) - distance(b))
  if (!nearest) throw new TypeError('a model whose limits leave no size')
  return nearest
}
