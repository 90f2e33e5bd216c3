// preview-command: an MP4 that every browser plays, with the source's own times: copied where it is one already.
import { type Command, inputPath } from '../../../engine/command.ts'
import { printChain } from '../../../engine/filtergraph.ts'
import { inputOptions } from '../../../engine/input-options.ts'
import type { Probe } from '../../../engine/probe.ts'
import { toNumber } from '../../../lib/rational.ts'
import { clipFilters, toneFilters } from './colours.ts'
import { clipOutput, file } from './encoders.ts'
import type { MakingMeans, Source } from './making.ts'
import { QUIET, STORED_TIMES, soundClock, sourceClock } from './reading.ts'
import { evenWithin } from './sizes.ts'
import { wholeFromZero } from './sound.ts'

export const PREVIEW = 'preview.mp4'

/** Whether browsers play these very streams, and by the same clock. They obey a display matrix. */
export function isPlayable({ demuxer, video, audio }: Probe): boolean {
  if (demuxer !== 'mov' || !video || video.highDynamicRange || video.pixelAspect) return false
  const picture = video.codec === 'h264' && ['yuv420p', 'yuvj420p'].includes(video.pixelFormat)
  const sound = !audio || (audio.codec === 'aac' && audio.channels <= 2)
  // Where a picture comes late, players show black, or begin with it.
  return picture && sound && video.startUs <= 1_000_000 / toNumber(video.frameRate)
}

export function copyCommand({ video, audio }: Probe): Command {
  const args = [
    ...[...QUIET, ...inputOptions('mov'), '-i', inputPath(0), '-map', `0:${video?.index}`],
    ...(audio ? ['-map', `0:${audio.index}`] : []),
    ...['-c', 'copy', '-movflags', '+faststart', ...file(PREVIEW, 'mp4')],
  ]
  return { program: 'ffmpeg', args }
}

/** Fast rather than small: it is looked at once, while the times are chosen. */
export function previewCommand({ probe, video }: Source, { capabilities, threads }: MakingMeans): Command {
  const { audio, demuxer, durationUs = 0 } = probe
  const size = evenWithin(video, LONGEST_PX)
  const picture = [...sourceClock(probe), ...toneFilters(video, capabilities), ...clipFilters(video, size)]
  const chains = [
    printChain([`0:${video.index}`], picture, ['picture']),
    ...(audio ? [printChain([`0:${audio.index}`], [...soundClock(probe), ...wholeFromZero(audio)], ['sound'])] : []),
  ]
  const args = [
    ...[...QUIET, ...STORED_TIMES, ...inputOptions(demuxer), '-i', inputPath(0)],
    ...['-filter_complex', chains.join(';'), '-map', '[picture]', ...(audio ? ['-map', '[sound]'] : [])],
    ...clipOutput(PREVIEW, durationUs, { preset: 'veryfast', crf: 23, threads }),
  ]
  return { program: 'ffmpeg', args }
}

const LONGEST_PX = 1280
