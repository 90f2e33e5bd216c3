// times: which instants of a clip may be asked for. Players round: a little past the end is the end.
import { AppError } from '../../lib/errors.ts'
import { type Micros, printSeconds, whole } from '../../lib/time.ts'

export type AskedRange = { readonly startUs: Micros; readonly endUs: Micros; readonly coverUs: Micros }

const ROUNDING_US = 100_000

/**
 * The range and its cover within the clip. A cover at the very end is the last frame of the range, which is half open.
 * Throws `time_range_invalid` for a range that is empty, reversed or outside, `time_outside` for a cover outside of it.
 */
export function withinClip(asked: AskedRange, durationUs: Micros): AskedRange {
  const clip = `the clip is ${printSeconds(whole(durationUs))} s long`
  const [startUs, endUs, coverUs] = [asked.startUs, asked.endUs, asked.coverUs].map(at => roundDown(at, durationUs))
  if (startUs === undefined || endUs === undefined) throw rangeInvalid(`The range is outside the clip: ${clip}`)
  if (startUs >= endUs) throw rangeInvalid('range_end must be after range_start')
  if (coverUs === undefined || coverUs < startUs || coverUs > endUs)
    throw new AppError('time_outside', 'cover_time must be within the range')
  return { startUs, endUs, coverUs: Math.min(coverUs, endUs - 1) }
}

/** An instant of the clip. Throws `time_outside`. */
export function instantOf(atUs: Micros, durationUs: Micros): Micros {
  const at = roundDown(atUs, durationUs)
  if (at !== undefined) return Math.max(0, Math.min(at, durationUs - 1))
  throw new AppError(
    'time_outside',
    `timestamp is outside the clip, which is ${printSeconds(whole(durationUs))} s long`,
  )
}

function roundDown(atUs: Micros, durationUs: Micros): Micros | undefined {
  return atUs < 0 || atUs > durationUs + ROUNDING_US ? undefined : Math.min(atUs, durationUs)
}

function rangeInvalid(message: string): AppError {
  return new AppError('time_range_invalid', message)
}
