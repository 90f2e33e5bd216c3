// packet-holes: where sound is missing between two packets: what was lost on the way, or was never sent because it was quiet.
import type { Micros } from '../lib/time.ts'

export type Holes = { readonly count: number; readonly totalUs: Micros; readonly firstUs: Micros }

// Containers that count in milliseconds round each packet; a packet that is missing is longer than this.
const JITTER_US = 5_000
// Where packets do not say how long they are, only a pause that is longer than any packet is one.
const LONGEST_PACKET_US = 500_000

export function holeFinder() {
  let endUs: Micros | undefined
  let unsure = false
  let holes = { count: 0, totalUs: 0, firstUs: 0 }
  return {
    read(atUs: Micros, durationUs: Micros): void {
      const missingUs = endUs === undefined ? 0 : atUs - endUs
      if (endUs !== undefined && missingUs > (unsure ? LONGEST_PACKET_US : JITTER_US))
        holes = {
          count: holes.count + 1,
          totalUs: holes.totalUs + missingUs,
          firstUs: holes.count === 0 ? endUs : holes.firstUs,
        }
      unsure = durationUs === 0
      endUs = Math.max(endUs ?? Number.NEGATIVE_INFINITY, atUs + durationUs)
    },
    found: (): Holes => holes,
  }
}
