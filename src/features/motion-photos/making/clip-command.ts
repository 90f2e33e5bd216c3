// clip-command: the one pass that makes a clip, its still and its thumbnail, and lists the frames it took.
import type { Capabilities } from '../../../engine/capabilities.ts'
import type { Command } from '../../../engine/command.ts'
import { printChain } from '../../../engine/filtergraph.ts'
import type { Size } from '../../../engine/operations/fit.ts'
import type { Probe, VideoStream } from '../../../engine/probe.ts'
import { clipFilters } from './colours.ts'
import { clipOutput, listOutput, stillOutput, thumbnailOutput } from './encoders.ts'
import { pictureChains } from './pictures.ts'
import { QUIET, reading, STORED_TIMES, soundClock } from './reading.ts'
import { evenWithin, within } from './sizes.ts'
import { soundFilters } from './sound.ts'
import type { TimeWindow } from './time-window.ts'

export type ClipPlan = {
  readonly probe: Probe
  readonly video: VideoStream
  readonly window: TimeWindow
  /** The longer side of everything that is made. */
  readonly maxSidePx?: number
  /** Whether the clip has sound. */
  readonly sound: 'kept' | 'muted'
  /** Whether a still and its thumbnail are made along with it. */
  readonly still: 'taken' | 'none'
  readonly threads: number
  readonly capabilities: Capabilities
}

/** What the command leaves behind. */
export const FILES = { clip: 'clip.mp4', still: 'still.jpg', thumbnail: 'thumbnail.jpg', list: 'frames.txt' } as const

export function clipSize({ video, maxSidePx }: ClipPlan): Size {
  return evenWithin(video, maxSidePx)
}

export function clipCommand(plan: ClipPlan): Command {
  const { probe, video, window } = plan
  const audio = plan.sound === 'kept' ? probe.audio : undefined
  const still = plan.still === 'taken' ? within(video, plan.maxSidePx) : undefined
  const chains = [
    ...pictureChains(plan, window, still),
    printChain(['frames'], clipFilters(video, clipSize(plan)), ['clip']),
    ...(audio
      ? [printChain([`0:${audio.index}`], [...soundClock(probe), ...soundFilters(window, audio)], ['sound'])]
      : []),
  ]
  const args = [
    ...QUIET,
    ...STORED_TIMES,
    ...reading(probe.demuxer, window.startUs),
    ...['-filter_complex', chains.join(';')],
    ...['-map', '[clip]', ...(audio ? ['-map', '[sound]'] : [])],
    ...clipOutput(FILES.clip, window.durationUs, { preset: 'fast', crf: 20, threads: plan.threads }),
    ...['-map', '[list]', ...listOutput(FILES.list)],
    ...(still ? ['-map', '[still]', ...stillOutput(FILES.still)] : []),
    ...(still ? ['-map', '[thumb]', ...thumbnailOutput(FILES.thumbnail)] : []),
  ]
  return { program: 'ffmpeg', args }
}
