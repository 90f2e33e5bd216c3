// packet-holes: where sound is missing between two packets: what was lost on the way, or was never sent because it was quiet.
import type { Micros } from '../lib/time.ts'

export type Holes = { readonly count: number; readonly totalUs: Micros; readonly firstUs: Micros }

export const NO_HOLES: Holes = { count: 0, totalUs: 0, firstUs: 0 }

// Containers that count in milliseconds round each packet; a packet that is missing is longer than this.
const JITTER_US = 5_000
// Where packets do not say how long they are, only a pause that is longer than any packet is one.
const LONGEST_PACKET_US = 500_000

export function holeFinder() {
  const long = longPackets()
  let endUs: Micros | undefined
  let unsure = false
  let holes = NO_HOLES
  return {
    read(atUs: Micros, durationUs: Micros): void {
      const missingUs = endUs === undefined ? 0 : atUs - endUs
      if (endUs !== undefined && missingUs > (unsure ? LONGEST_PACKET_US : JITTER_US))
        holes = withHole(holes, endUs, missingUs)
      long.read(atUs, durationUs)
      unsure = durationUs === 0
      endUs = Math.max(endUs ?? Number.NEGATIVE_INFINITY, atUs + durationUs)
    },
    found: (): Holes => holes,
    /** Of a codec whose packets are all of one length, with those within packets that claim to be longer. */
    foundWithin: (): Holes => long.holes(holes),
    /** How much shorter the last packet is than most. */
    lastShorterUs: (): Micros => long.lastShorterUs(),
  }
}

// MP4 only knows how long each packet lasts: what is missing after one makes it longer. The last one is no hole.
function longPackets() {
  const counts = new Map<Micros, number>()
  let usualUs: Micros = 0
  let last = { atUs: 0, durationUs: 0 }
  const long: { atUs: Micros; durationUs: Micros }[] = []
  const isLong = (durationUs: Micros) => durationUs > 1.5 * usualUs + JITTER_US
  return {
    read(atUs: Micros, durationUs: Micros): void {
      if (last.durationUs > 0 && isLong(last.durationUs) && long.length < MOST) long.push(last)
      last = { atUs, durationUs }
      const length = Math.round(durationUs / 1000)
      const count = (counts.get(length) ?? 0) + 1
      if (counts.size < MOST) counts.set(length, count)
      if (durationUs > 0 && count > (counts.get(Math.round(usualUs / 1000)) ?? 0)) usualUs = durationUs
    },
    holes: (others: Holes): Holes =>
      long
        .filter(({ durationUs }) => isLong(durationUs))
        .reduce((sum, { atUs, durationUs }) => withHole(sum, atUs + usualUs, durationUs - usualUs), others),
    lastShorterUs: () => Math.max(0, usualUs - last.durationUs),
  }
}

const MOST = 1000

function withHole({ count, totalUs, firstUs }: Holes, atUs: Micros, missingUs: Micros): Holes {
  return {
    count: count + 1,
    totalUs: totalUs + missingUs,
    firstUs: count === 0 ? atUs : Math.min(firstUs, atUs),
  }
}
