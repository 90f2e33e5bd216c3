// cover-command: makes the still and its thumbnail of a picture that somebody chose in place of a frame.
import type { Capabilities } from '../../../engine/capabilities.ts'
import { type Command, inputPath } from '../../../engine/command.ts'
import { type Filter, printChain } from '../../../engine/filtergraph.ts'
import { inputOptions } from '../../../engine/input-options.ts'
import type { Size } from '../../../engine/operations/fit.ts'
import type { Probe, VideoStream } from '../../../engine/probe.ts'
import { FILES } from './clip-command.ts'
import { stillOutput, thumbnailOutput } from './encoders.ts'
import { stillChains } from './pictures.ts'
import { QUIET } from './reading.ts'

type Picture = { readonly probe: Probe; readonly video: VideoStream; readonly assembling: readonly Filter[] }

export function coverCommand({ probe, video, assembling }: Picture, still: Size, capabilities: Capabilities): Command {
  const first = printChain([`0:${video.index}`], [...assembling, { name: 'trim', args: { end_frame: 1 } }], ['covered'])
  const graph = [first, ...stillChains({ video, capabilities }, [], still)].join(';')
  const args = [
    ...[...QUIET, ...inputOptions(probe.demuxer), '-i', inputPath(0), '-filter_complex', graph],
    ...['-map', '[still]', ...stillOutput(FILES.still)],
    ...['-map', '[thumb]', ...thumbnailOutput(FILES.thumbnail)],
  ]
  return { program: 'ffmpeg', args }
}
