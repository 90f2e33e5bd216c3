// cut-filters: how a stream is cut out of another and moved in time, so that sound and picture stay together.
import { type Rational, toNumber } from '../lib/rational.ts'
import { fromSeconds, type Micros, printSeconds, whole } from '../lib/time.ts'
import type { Filter } from './filtergraph.ts'
import type { MediaKind } from './node.ts'

export type Cut = {
  readonly startUs: Micros
  /** Infinite when it goes on to the end. */
  readonly endUs: Micros
  /** How long a frame is shown; zero for sound. */
  readonly frameUs: Micros
  /** The first frame is shown from the beginning, however late it comes. */
  readonly filled?: boolean
}

/**
 * The filters that keep [startUs, endUs) and restart the clock at zero. One clock for sound and picture, since
 * PTS-STARTPTS would lose their offset; but the frame that is on the screen when the cut begins is shown from then on,
 * for players are black until the first one.
 */
export function cutFilters(media: MediaKind, { startUs, endUs, frameUs, filled = false }: Cut): Filter[] {
  if (startUs === 0 && endUs === Number.POSITIVE_INFINITY) return []
  const earlyUs = media === 'video' ? Math.min(startUs, Math.max(0, frameUs - JITTER_US)) : 0
  const args = {
    start: printSeconds(whole(startUs - earlyUs)),
    ...(endUs !== Number.POSITIVE_INFINITY && { end: printSeconds(whole(endUs)) }),
  }
  const cutting: Filter = { name: media === 'video' ? 'trim' : 'atrim', args }
  if (startUs === 0) return [cutting]
  if (media === 'audio') return [cutting, shiftFilter(media, -startUs)]
  const moved = `max(0,${shifted(-startUs)})`
  return [FINE_CLOCK, cutting, { name: 'setpts', args: { expr: filled ? `if(N,${moved},0)` : moved } }]
}

// A clock that counts in whole frames, as those of fps and of AVI do, is too coarse to cut and to move by.
const FINE_CLOCK: Filter = { name: 'settb', args: { expr: '1/1000000' } }
// Times in milliseconds, as Matroska has them, make frames seem closer than they are.
const JITTER_US: Micros = 1000

/** How long a frame is shown. */
export function frameLengthUs(rate: Rational): Micros {
  return fromSeconds(1 / toNumber(rate))
}

/** Moves a stream in time. */
export function shiftFilter(media: MediaKind, byUs: Micros): Filter {
  return { name: media === 'video' ? 'setpts' : 'asetpts', args: { expr: shifted(byUs) } }
}

// Rounded, because setpts cuts off what floating point leaves just below a tick.
function shifted(byUs: Micros): string {
  return `round(PTS${byUs < 0 ? '-' : '+'}${printSeconds(whole(Math.abs(byUs)))}/TB)`
}
