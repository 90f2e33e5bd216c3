// colour: light as linear red, green and blue, and mixing and turning it the way eyes see (Björn Ottosson, OKLab, 2020).
import { at, clamp, mix } from './numbers.ts'

/** Linear light, 1 is white; more is brighter than paper can show. */
export type Light = readonly [red: number, green: number, blue: number]
/** A row of colours, three numbers each. */
export type Ramp = { readonly light: Float32Array; readonly last: number }

type Lab = readonly [lightness: number, a: number, b: number]

/** `#ff8800` as light. */
export function hex(written: string): Light {
  const value = Number.parseInt(written.slice(1), 16)
  return [toLinear((value >> 16) & 255), toLinear((value >> 8) & 255), toLinear(value & 255)]
}

export function blend(from: Light, to: Light, t: number): Light {
  const a = toLab(from)
  const b = toLab(to)
  return fromLab([mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)])
}

export function scaled(light: Light, by: number): Light {
  return [light[0] * by, light[1] * by, light[2] * by]
}

/** The same colour with its lightness (0 to 1), its chroma and its hue (in turns) changed. */
export function turned(
  light: Light,
  change: (lightness: number, chroma: number, hue: number) => readonly [number, number, number],
): Light {
  const [lightness, a, b] = toLab(light)
  const [changed, chroma, hue] = change(lightness, Math.hypot(a, b), Math.atan2(b, a) / (2 * Math.PI))
  return fromLab([changed, chroma * Math.cos(hue * 2 * Math.PI), chroma * Math.sin(hue * 2 * Math.PI)])
}

/** A soft gradient through the stops, at even distances. */
export function ramp(stops: readonly Light[]): Ramp {
  const last = 511
  const light = new Float32Array((last + 1) * 3)
  for (let step = 0; step <= last; step++) {
    const place = (step / last) * (stops.length - 1)
    const index = Math.min(stops.length - 2, Math.floor(place))
    const from = stops[index] ?? [0, 0, 0]
    light.set(blend(from, stops[index + 1] ?? from, place - index), step * 3)
  }
  return { light, last }
}

/** Where in `ramp.light` the colour at `t` (0 to 1) begins. */
export function place(ramp: Ramp, t: number): number {
  return Math.round(clamp(t) * ramp.last) * 3
}

export function pickLight(ramp: Ramp, t: number): Light {
  const start = place(ramp, t)
  return [at(ramp.light, start), at(ramp.light, start + 1), at(ramp.light, start + 2)]
}

function toLinear(byte: number): number {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

function toLab([red, green, blue]: Light): Lab {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function fromLab([lightness, a, b]: Lab): Light {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    Math.max(0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    Math.max(0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    Math.max(0, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}
