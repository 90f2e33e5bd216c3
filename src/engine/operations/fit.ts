// fit: how a picture of one shape is brought into a frame of another.
import type { Filter } from '../filtergraph.ts'

export const FITS = ['contain', 'cover', 'stretch', 'pad'] as const
export type Fit = (typeof FITS)[number]

/** ffmpeg's scalers by their own names (`-sws_flags`). */
export const ALGORITHMS = ['fast_bilinear', 'bilinear', 'bicubic', 'neighbor', 'area', 'lanczos', 'spline'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

export type Size = { readonly widthPx: number; readonly heightPx: number }

/** The filters that bring `from` into `frame`, and the size that comes out (smaller than the frame for `contain`). */
export function fitFilters(from: Size, frame: Size, fit: Fit, algorithm: Algorithm): { filters: Filter[]; size: Size } {
  if (fit === 'stretch') return { filters: scaleTo(frame, algorithm), size: frame }
  const across = frame.widthPx / from.widthPx
  const down = frame.heightPx / from.heightPx
  if (fit === 'cover') {
    const covering = scaled(from, Math.max(across, down))
    const size = {
      widthPx: Math.max(covering.widthPx, frame.widthPx),
      heightPx: Math.max(covering.heightPx, frame.heightPx),
    }
    return { filters: [...scaleTo(size, algorithm), ...cropTo(size, frame)], size: frame }
  }
  const inside = scaled(from, Math.min(across, down))
  const size = { widthPx: Math.min(inside.widthPx, frame.widthPx), heightPx: Math.min(inside.heightPx, frame.heightPx) }
  if (fit === 'contain') return { filters: scaleTo(size, algorithm), size }
  return { filters: [...scaleTo(size, algorithm), ...padTo(size, frame)], size: frame }
}

/** The nearest even number, at least 2: half the colour resolution needs whole pixels. */
export function even(value: number): number {
  return Math.max(2, Math.round(value / 2) * 2)
}

/** Takes the last column or row of an odd side away: a pixel less is not seen, and a resampled picture is. */
export function evenFilters({ widthPx, heightPx }: Size): { filters: Filter[]; size: Size } {
  const size = { widthPx: evenBelow(widthPx), heightPx: evenBelow(heightPx) }
  if (size.widthPx === widthPx && size.heightPx === heightPx) return { filters: [], size }
  if (Math.min(widthPx, heightPx) < 2) return { filters: scaleTo(size, 'bicubic'), size }
  return { filters: [{ name: 'crop', args: { w: size.widthPx, h: size.heightPx, x: 0, y: 0 } }], size }
}

function evenBelow(value: number): number {
  return Math.max(2, Math.floor(value / 2) * 2)
}

function scaled({ widthPx, heightPx }: Size, factor: number): Size {
  return { widthPx: even(widthPx * factor), heightPx: even(heightPx * factor) }
}

/** Stretches pictures to the size they are displayed in, for sizes are planned in square pixels. */
export function squarePixels(displayed: Size): Filter[] {
  return scaleTo(displayed, 'bicubic')
}

function scaleTo({ widthPx, heightPx }: Size, algorithm: Algorithm): Filter[] {
  return [
    { name: 'scale', args: { w: widthPx, h: heightPx, flags: algorithm } },
    { name: 'setsar', args: { sar: 1 } },
  ]
}

function cropTo(size: Size, frame: Size): Filter[] {
  if (size.widthPx === frame.widthPx && size.heightPx === frame.heightPx) return []
  return [{ name: 'crop', args: { w: frame.widthPx, h: frame.heightPx, ...middle(size, frame) } }]
}

function padTo(size: Size, frame: Size): Filter[] {
  if (size.widthPx === frame.widthPx && size.heightPx === frame.heightPx) return []
  return [{ name: 'pad', args: { w: frame.widthPx, h: frame.heightPx, ...middle(frame, size) } }]
}

// Even offsets keep colour and brightness together.
function middle(outer: Size, inner: Size): { x: number; y: number } {
  const half = (difference: number) => Math.floor(difference / 4) * 2
  return { x: half(outer.widthPx - inner.widthPx), y: half(outer.heightPx - inner.heightPx) }
}
