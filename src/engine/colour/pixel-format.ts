// pixel-format: what the name of a pixel format says about its pixels.

export type Pixels = {
  readonly model: 'yuv' | 'rgb' | 'grey'
  /** Of the largest sample. */
  readonly bits: number
  /** It has room for transparency; a palette may have. */
  readonly alpha: boolean
}

/** Takes ffmpeg's names, such as `yuv420p10le`. */
export function pixelsOf(pixelFormat: string): Pixels {
  return { model: modelOf(pixelFormat), bits: bitsOf(pixelFormat), alpha: ALPHA.test(pixelFormat) }
}

const ALPHA = /^(?:yuva|ayuv|vuya|gbrap|rgba|bgra|argb|abgr|ya\d|pal8)/

function modelOf(pixelFormat: string): Pixels['model'] {
  if (/^(?:gray|ya\d|mono)/.test(pixelFormat)) return 'grey'
  return /rgb|bgr|gbr|^pal8|^xyz/.test(pixelFormat) ? 'rgb' : 'yuv'
}

// Planar formats end in the bits of a sample; of packed ones, rgb48 and rgba64 count all samples of a pixel.
function bitsOf(pixelFormat: string): number {
  if (/^(?:rgb|bgr)48|^(?:rgba|bgra)64|^xyz/.test(pixelFormat)) return 16
  const semiPlanar = /^[py][0-4](1[0-6])/.exec(pixelFormat)?.[1]
  const planar = /(?:p|pf|gray|grayf|ya|x2rgb|x2bgr|xv)(\d{2})(?:le|be)$/.exec(pixelFormat)?.[1]
  return Number(semiPlanar ?? planar ?? 8)
}
