// frame-lengths: how long the frames of a stream are shown: most of them, and each one that stays longer.
import type { HeldFrame } from '../engine/probe.ts'
import type { Micros } from '../lib/time.ts'

export type FrameLengths = {
  /** The longest time that one of the others is shown. */
  readonly usualUs: Micros
  /** In the order in which they are shown. */
  readonly held: readonly HeldFrame[]
}

/** Takes frames in the order in which they are shown, and keeps in mind only those that stay longest. */
export function frameLengths() {
  let held: HeldFrame[] = []
  let shortestUs = Number.POSITIVE_INFINITY
  let usualUs = 0
  const forget = () => {
    const longestFirst = held.toSorted((one, other) => lengthOf(other) - lengthOf(one))
    const kept = longestFirst.filter((frame, place) => place < MOST && lengthOf(frame) > HELD_FROM * shortestUs)
    const longestOther = longestFirst[kept.length]
    if (longestOther) usualUs = Math.max(usualUs, lengthOf(longestOther))
    held = kept
  }
  return {
    read(fromUs: Micros, untilUs: Micros): void {
      if (untilUs <= fromUs) return
      shortestUs = Math.min(shortestUs, untilUs - fromUs)
      held.push({ fromUs, untilUs })
      if (held.length > 4 * MOST) forget()
    },
    sum(): FrameLengths {
      forget()
      return { usualUs, held: held.toSorted((one, other) => one.fromUs - other.fromUs) }
    },
  }
}

// So many that a recording of an hour has no more, and so few that they are no burden to whoever carries them along.
const MOST = 1000
// Clocks of milliseconds make frames of one length differ.
const HELD_FROM = 1.5

function lengthOf({ fromUs, untilUs }: HeldFrame): Micros {
  return untilUs - fromUs
}
