// filtergraph: filters as values, and the only place that prints (and escapes) them for ffmpeg.
import { type Micros, printSeconds, whole } from '../lib/time.ts'

export type Filter = {
  readonly name: FilterName
  readonly args?: Readonly<Record<string, string | number>>
  /** When the filter acts, on its input's clock; it passes frames on unchanged outside of it. */
  readonly enable?: { readonly fromUs: Micros; readonly toUs?: Micros }
}

/** The closed list: filters that open files, sockets or libraries (movie, drawtext, ladspa, zmq …) can never be printed. */
export const FILTERS = [
  'anullsrc', 'apad', 'aformat', 'aresample', 'asetpts', 'asplit', 'atempo', 'atrim', 'bwdif', 'channelmap', 'concat',
  'crop', 'format', 'fps', 'hflip', 'interleave', 'lut', 'overlay', 'pad', 'palettegen', 'paletteuse', 'premultiply', 'scale',
  'setparams', 'setpts', 'setsar', 'settb', 'sidedata', 'split', 'tile', 'tonemap', 'tpad',
  'transpose', 'trim', 'vflip', 'volume', 'zscale',
] as const // biome-ignore format: a list of names reads better in lines
export type FilterName = (typeof FILTERS)[number]

/** One filter as ffmpeg reads it, such as `trim=start=0:end=5`. Throws on anything that is not a plain value. */
export function printFilter({ name, args = {}, enable }: Filter): string {
  if (!FILTERS.includes(name)) throw new TypeError(`"${name}" is not one of our filters`)
  const pairs = Object.entries(args).map(([key, value]) => `${key}=${printValue(value)}`)
  if (enable) pairs.push(`enable=${printValue(printInterval(enable))}`)
  return pairs.length > 0 ? `${name}=${pairs.join(':')}` : name
}

/** Filters one after the other, between the labels they read and the label they write. */
export function printChain(from: readonly string[], filters: readonly Filter[], to: readonly string[]): string {
  const brackets = (labels: readonly string[]) => labels.map(label => `[${label}]`).join('')
  return `${brackets(from)}${filters.map(printFilter).join(',')}${brackets(to)}`
}

const ROUNDED_US: Micros = 500

// Half-open like every interval here; ffmpeg's own between() would include the end. A little early, as seeking and
// cutting round the times of frames.
function printInterval({ fromUs, toUs }: NonNullable<Filter['enable']>): string {
  const started = `gte(t,${printSeconds(whole(Math.max(0, fromUs - ROUNDED_US)))})`
  return toUs === undefined ? started : `${started}*lt(t,${printSeconds(whole(Math.max(0, toUs - ROUNDED_US)))})`
}

function printValue(value: string | number): string {
  const text = String(value)
  if (!/^[\w.+\-*/|:,()]+$/.test(text)) throw new TypeError(`"${text}" is not a value for a filter`)
  return /[:,]/.test(text) ? `'${text}'` : text
}
