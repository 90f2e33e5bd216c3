// trim: keeps the part of a clip between two instants, and restarts its clock at zero.
import { z } from 'zod'
import { type Micros, printSeconds, whole } from '../../lib/time.ts'
import { frameLengthUs } from '../cut-filters.ts'
import { endOf, isPicture, type Media } from '../media.ts'
import { cut } from '../node.ts'
import { type ApplyContext, defineOperation, OperationFault } from './contract.ts'
import { time } from './parameters.ts'

const params = z
  .strictObject({
    start: time.optional().describe('Where the part begins; the beginning when left out'),
    duration: time.optional().describe('How long the part is; to the end when left out'),
    end: time.optional().describe('Where the part ends, instead of a duration'),
  })
  .refine(({ duration, end }) => duration === undefined || end === undefined, {
    path: ['end'],
    message: 'give either duration or end, not both',
  })
  .refine(({ start, duration, end }) => start !== undefined || duration !== undefined || end !== undefined, {
    message: 'give start, duration or end',
  })
  .refine(({ duration }) => duration !== 0, { path: ['duration'], message: 'must be longer than nothing' })
  .refine(({ start = 0, end }) => end === undefined || end > start, { path: ['end'], message: 'must be after start' })

export const trim = defineOperation({
  name: 'trim',
  summary: 'Keeps the part of a clip between two instants.',
  inputs: { min: 1, max: 1 },
  params,

  apply({ start = 0, duration, end }, [media = {}], context) {
    const name = context.names[0]
    if (isPicture(media)) throw new OperationFault('/input', `"${name}" is a picture and has no time to cut`)
    const lastUs = endOf(media)
    if (lastUs !== undefined && start >= lastUs)
      throw new OperationFault(
        '/params/start',
        `must be before the end of "${name}", which is ${printSeconds(whole(lastUs))} s long`,
      )
    const wantedUs = end ?? (duration === undefined ? undefined : start + duration)
    if (wantedUs === undefined && start === 0) return media
    if (lastUs !== undefined && wantedUs !== undefined && wantedUs > lastUs)
      context.warn(`"${name}" ends at ${printSeconds(whole(lastUs))} s, before the part does: the part is shorter`)
    return cutMedia(media, start, wantedUs ?? Number.POSITIVE_INFINITY, context)
  },
})

function cutMedia(media: Media, startUs: Micros, endUs: Micros, context: ApplyContext): Media {
  const keep = <Stream extends NonNullable<Media['video' | 'audio']>>(stream: Stream | undefined, what: string) => {
    if (!stream) return undefined
    if (stream.startUs >= endUs || (stream.endUs !== undefined && stream.endUs <= startUs)) {
      context.warn(`"${context.names[0]}" has no ${what} in the part that starts at ${printSeconds(whole(startUs))} s`)
      return undefined
    }
    const lastUs = Math.min(stream.endUs ?? Number.POSITIVE_INFINITY, endUs)
    return {
      ...stream,
      node: cut(stream.node, startUs, endUs, 'frameRate' in stream ? frameLengthUs(stream.frameRate) : 0),
      startUs: Math.max(0, stream.startUs - startUs),
      endUs: Number.isFinite(lastUs) ? lastUs - startUs : undefined,
    }
  }
  const video = keep(media.video, 'picture')
  const audio = keep(media.audio, 'sound')
  return { ...(video && { video }), ...(audio && { audio }) }
}
