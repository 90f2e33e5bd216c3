// fps: gives moving pictures a constant frame rate, repeating or dropping frames and keeping their time.
import { z } from 'zod'
import { printRational, type Rational, toNumber } from '../../lib/rational.ts'
import { fromSeconds, type Micros, printSeconds, toSeconds, whole } from '../../lib/time.ts'
import { frameLengthUs } from '../cut-filters.ts'
import type { Filter } from '../filtergraph.ts'
import { constantRate, type VideoMedia } from '../media.ts'
import { defineOperation, OperationFault } from './contract.ts'
import { frameRate, videoOf } from './parameters.ts'

export const fps = defineOperation({
  name: 'fps',
  summary: 'Gives moving pictures a constant frame rate.',
  inputs: { min: 1, max: 1 },
  params: z.strictObject({ fps: frameRate }),

  apply({ fps: rate }, [media], { names }) {
    const video = videoOf(media, names[0])
    if (video.picture) throw new OperationFault('/input', `"${names[0]}" is a picture and has no frame rate`)
    const { filters, endUs } = evenly(video, rate)
    // Which frame is shown at an instant depends on the frames before it, so a later trim may not move before it.
    const node = { kind: 'filter', media: 'video', filters, of: [video.node], pointwise: false } as const
    return { ...media, video: { ...video, ...constantRate(rate), ...(endUs !== undefined && { endUs }), node } }
  },
})

// Whether the last frame is repeated for as long as it is shown, ffmpeg's versions disagree on: so we say how many there are.
function evenly({ startUs, endUs, longestFrameUs }: VideoMedia, rate: Rational): { filters: Filter[]; endUs?: Micros } {
  const fps: Filter = { name: 'fps', args: { fps: printRational(rate) } }
  if (endUs === undefined) return { filters: [fps] }
  const frameUs = frameLengthUs(rate)
  const held = printSeconds(whole((longestFrameUs ?? 0) + frameUs))
  const tick = (us: Micros) => Math.round(toSeconds(us) * toNumber(rate))
  const last = Math.max(tick(startUs) + 1, tick(endUs))
  return {
    filters: [
      fps,
      { name: 'tpad', args: { stop_mode: 'clone', stop_duration: held } },
      { name: 'trim', args: { end_frame: last - tick(startUs) } },
    ],
    endUs: fromSeconds(last / toNumber(rate)),
  }
}
