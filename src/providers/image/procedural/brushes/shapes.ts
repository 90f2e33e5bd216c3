// shapes: anything that has an edge: a function tells how far a place is outside of it, another what colour it has inside.
import type { Light } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { clamp } from '../numbers.ts'

/** In units, from the middle of the picture; down is positive. */
export type Box = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number }
/** How far outside (negative: inside) a place is, in units. */
export type Distance = (x: number, y: number) => number
/** The corners of a shape. */
export type Points = readonly (readonly [x: number, y: number])[]
/** A colour into `out`, for a place so far inside. */
export type Shade = (x: number, y: number, inside: number, out: [number, number, number]) => void

/** Fills a shape; `soft` is how wide its edge is, in units, 0 for a sharp one. */
export function fill(easel: Easel, box: Box, distance: Distance, shade: Shade, cover = 1, soft = 0): void {
  const { widthPx, heightPx, unitPx, light } = easel
  const [middleX, middleY] = [widthPx / 2, heightPx / 2]
  const edge = Math.max(1, soft * unitPx)
  const out: [number, number, number] = [0, 0, 0]
  const first = Math.max(0, Math.floor(middleX + box.left * unitPx - edge))
  const last = Math.min(widthPx - 1, Math.ceil(middleX + box.right * unitPx + edge))
  easel.rows(middleY + box.top * unitPx - edge, middleY + box.bottom * unitPx + edge, row => {
    const y = (row + 0.5 - middleY) / unitPx
    for (let column = first; column <= last; column++) {
      const x = (column + 0.5 - middleX) / unitPx
      const outside = distance(x, y)
      const shown = clamp(0.5 - (outside * unitPx) / edge) * cover
      if (shown <= 0) continue
      shade(x, y, -outside, out)
      lay(light, (row * widthPx + column) * 3, out[0], out[1], out[2], shown)
    }
  })
}

export function flat(colour: Light): Shade {
  return (_x, _y, _inside, out) => {
    out[0] = colour[0]
    out[1] = colour[1]
    out[2] = colour[2]
  }
}

export function around(x: number, y: number, halfWidth: number, halfHeight = halfWidth): Box {
  return { left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight }
}

export function ellipse(x: number, y: number, radiusX: number, radiusY = radiusX): Distance {
  const small = Math.min(radiusX, radiusY)
  return (px, py) => (Math.hypot((px - x) / radiusX, (py - y) / radiusY) - 1) * small
}

export function roundBox(x: number, y: number, halfWidth: number, halfHeight: number, corner: number): Distance {
  return (px, py) => {
    const dx = Math.abs(px - x) - halfWidth + corner
    const dy = Math.abs(py - y) - halfHeight + corner
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner
  }
}

/** A line with round ends, thicker at one of them. */
export function limb(
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
  fromRadius: number,
  toRadius = fromRadius,
): Distance {
  const [alongX, alongY] = [toX - fromX, toY - fromY]
  const square = alongX * alongX + alongY * alongY
  return (x, y) => {
    const t = clamp(((x - fromX) * alongX + (y - fromY) * alongY) / square)
    return Math.hypot(x - fromX - alongX * t, y - fromY - alongY * t) - (fromRadius + (toRadius - fromRadius) * t)
  }
}

/** A blade that is pointed at both ends. */
export function blade(fromX: number, fromY: number, toX: number, toY: number, halfWidth: number): Distance {
  const long = Math.hypot(toX - fromX, toY - fromY)
  const [alongX, alongY] = [(toX - fromX) / long, (toY - fromY) / long]
  return (x, y) => {
    const t = ((x - fromX) * alongX + (y - fromY) * alongY) / long
    if (t < 0 || t > 1) return halfWidth
    return Math.abs((x - fromX) * alongY - (y - fromY) * alongX) - halfWidth * Math.sin(Math.PI * t ** 0.8)
  }
}

/** `0,0 1,0 1,1` as points. */
export function outline(written: string): Points {
  return written.split(' ').map(point => {
    const [x = 0, y = 0] = point.split(',').map(Number)
    return [x, y] as const
  })
}

/** The inside of a closed line through the points (even-odd), with the distance to its nearest edge. */
export function polygon(points: Points): Distance {
  const flatPoints = Float64Array.from(points.flat())
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  return (x, y) => {
    // Far outside, the distance to the box around it will do, and costs nothing.
    const off = Math.max(left - x, x - right, top - y, y - bottom)
    if (off > 0.05) return off
    let nearest = Number.POSITIVE_INFINITY
    let isInside = false
    for (let index = 0, before = flatPoints.length - 2; index < flatPoints.length; before = index, index += 2) {
      const ax = flatPoints[index] as number
      const ay = flatPoints[index + 1] as number
      const ex = (flatPoints[before] as number) - ax
      const ey = (flatPoints[before + 1] as number) - ay
      const t = clamp(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey))
      nearest = Math.min(nearest, (x - ax - ex * t) ** 2 + (y - ay - ey * t) ** 2)
      if (ay > y !== ay + ey > y && x < ax + (ex * (y - ay)) / ey) isInside = !isInside
    }
    return isInside ? -Math.sqrt(nearest) : Math.sqrt(nearest)
  }
}
