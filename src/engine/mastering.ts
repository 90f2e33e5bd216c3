// mastering: what HDR was mastered for, as encoders want to be told. ffmpeg 7 hands it on by itself, 5 does not.
import type { Mastering, MasteringDisplay } from './probe.ts'

/** Parameters of libx265, in steps of 1/50000 and of 1/10000 of a candela per square metre. */
export function x265Mastering({ display, light }: Mastering): string[] {
  const place = ([x, y]: readonly [number, number]) => `(${Math.round(x * 50_000)},${Math.round(y * 50_000)})`
  const nits = ({ maxNits, minNits }: MasteringDisplay) =>
    `L(${Math.round(maxNits * 10_000)},${Math.round(minNits * 10_000)})`
  return [
    ...(display || light ? ['hdr10=1'] : []),
    ...(display ? [`master-display=${chromaticities(display, place)}${nits(display)}`] : []),
    ...(light ? [`max-cll=${light.maxNits},${light.averageNits}`] : []),
  ]
}

/** Parameters of libsvtav1, in plain numbers. */
export function svtMastering({ display, light }: Mastering): string[] {
  const place = ([x, y]: readonly [number, number]) => `(${x.toFixed(5)},${y.toFixed(5)})`
  const nits = ({ maxNits, minNits }: MasteringDisplay) => `L(${maxNits.toFixed(4)},${minNits.toFixed(4)})`
  return [
    ...(display ? [`mastering-display=${chromaticities(display, place)}${nits(display)}`] : []),
    ...(light ? [`content-light=${light.maxNits},${light.averageNits}`] : []),
  ]
}

type Place = (chromaticity: readonly [number, number]) => string

function chromaticities({ red, green, blue, white }: MasteringDisplay, place: Place): string {
  return `G${place(green)}B${place(blue)}R${place(red)}WP${place(white)}`
}
