// parameters: the kinds of parameter that several operations take.
import { z } from 'zod'
import { parseRational } from '../../lib/rational.ts'
import { parseTime } from '../../lib/time.ts'
import type { Media, VideoMedia } from '../media.ts'
import { OperationFault } from './contract.ts'

const TIME = 'a time: "00:01:30.5", 90.5 (seconds) or "PT1M30.5S"'
const RATE = 'frames per second from 1 to 240: 25, 29.97 or "30000/1001"'

/** A time as people write it; comes out in microseconds. */
export const time = z
  .union([z.string(), z.number()], { error: told(TIME) })
  .transform((value, context) => {
    const micros = parseTime(value)
    if (micros !== undefined) return micros
    context.addIssue({ code: 'custom', message: `must be ${TIME}` })
    return z.NEVER
  })
  .meta({ description: 'HH:MM:SS(.mmm), seconds, or an ISO 8601 duration', examples: ['00:00:10', 10, 'PT10S'] })

/** A side of a picture. Video is stored with half the colour resolution, so sides are even. */
export const side = z
  .int()
  // In ffmpeg's own filters -1, -2 and 0 say the same as leaving it out says here.
  .min(16, {
    error: ({ input }) =>
      Number(input) <= 0
        ? 'must be at least 16 pixels: leave it out to follow the other side'
        : 'must be at least 16 pixels',
    abort: true,
  })
  .max(8192, 'must be at most 8192 pixels')
  .refine(value => value % 2 === 0, {
    error: issue => `must be even for video: ${Number(issue.input) - 1} or ${Number(issue.input) + 1}`,
  })
  .meta({ multipleOf: 2 })

/** A frame rate: 30, 29.97 or "30000/1001". */
export const frameRate = z
  .union([z.number(), z.string()], { error: told(RATE) })
  .transform((value, context) => {
    const rate = parseRational(String(value))
    const framesPerSecond = rate ? rate.num / rate.den : 0
    if (rate && framesPerSecond >= 1 && framesPerSecond <= 240) return rate
    context.addIssue({ code: 'custom', message: `must be ${RATE}` })
    return z.NEVER
  })
  .meta({ description: 'Frames per second: a number or a fraction', examples: [25, '30000/1001'] })

/** The moving or still pictures of an input, or a fault that says there are none. */
export function videoOf(media: Media | undefined, name: string | undefined, at = '/input'): VideoMedia {
  if (media?.video) return media.video
  throw new OperationFault(at, `"${name}" has no picture, and this operation works on pictures`)
}

function told(what: string) {
  return ({ input }: { readonly input?: unknown }) => (input === undefined ? `is missing: ${what}` : `must be ${what}`)
}
