// sizes: how large the still, the clip and the small pictures are: upright, square pixels, and no larger than asked.
import type { Size } from '../../../engine/operations/fit.ts'

/** As it is, or with its longer side made so long; never larger than it is. */
export function within({ widthPx, heightPx }: Size, mostPx = Number.POSITIVE_INFINITY): Size {
  const factor = Math.min(1, mostPx / Math.max(widthPx, heightPx))
  const scaled = (side: number) => Math.max(1, Math.round(side * factor))
  return { widthPx: scaled(widthPx), heightPx: scaled(heightPx) }
}

/** The same for video: half the colour resolution needs whole pixels. */
export function evenWithin(size: Size, mostPx?: number): Size {
  const { widthPx, heightPx } = within(size, mostPx)
  const even = (side: number) => Math.max(2, Math.floor(side / 2) * 2)
  return { widthPx: even(widthPx), heightPx: even(heightPx) }
}
