// colour-tags: what a stream says of its colours, in words that are known; and HDR, which is told by the transfer.
import type { VideoStream } from '../engine/probe.ts'
import { masteringOf } from './first-frames.ts'
import type { ReportedStream } from './report.ts'

type Tags = Pick<
  VideoStream,
  | 'colourMatrix'
  | 'colourRange'
  | 'colourPrimaries'
  | 'colourTransfer'
  | 'highDynamicRange'
  | 'mastering'
  | 'dolbyVisionProfile'
>

export function colourTags(stream: ReportedStream): Tags {
  const { color_space, color_range, color_primaries, color_transfer, side_data_list = [] } = stream
  const highDynamicRange = HDR[color_transfer ?? '']
  const mastering = masteringOf(side_data_list)
  const profile = side_data_list.find(({ dv_profile }) => dv_profile !== undefined)?.dv_profile
  return {
    ...(MATRICES.includes(color_space ?? '') && { colourMatrix: color_space }),
    ...((color_range === 'tv' || color_range === 'pc') && { colourRange: color_range }),
    ...(PRIMARIES.includes(color_primaries ?? '') && { colourPrimaries: color_primaries }),
    ...(TRANSFERS.includes(color_transfer ?? '') && { colourTransfer: color_transfer }),
    ...(highDynamicRange && { highDynamicRange }),
    ...(mastering && { mastering }),
    ...(profile !== undefined && { dolbyVisionProfile: profile }),
  }
}

const HDR: Readonly<Record<string, 'pq' | 'hlg'>> = { smpte2084: 'pq', 'arib-std-b67': 'hlg' }
// Of all that ffprobe may print, what our filters understand.
const OLD: readonly string[] = ['bt709', 'bt470bg', 'smpte170m', 'smpte240m']
const MATRICES = [...OLD, 'fcc', 'bt2020nc', 'bt2020c', 'ycgco', 'ictcp']
const PRIMARIES = [...OLD, 'bt470m', 'film', 'bt2020', 'smpte428', 'smpte431', 'smpte432']
const TRANSFERS = [
  ...[...OLD, 'bt470m', 'linear', 'iec61966-2-4', 'iec61966-2-1', 'bt2020-10', 'bt2020-12'],
  ...['smpte2084', 'arib-std-b67'],
]
