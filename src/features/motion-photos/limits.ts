// limits: how often somebody may have something made: by the address, or by who they are where that is known.
import { byAddressOfStrangers, byCaller, type Limit } from '../../web/limits.ts'
import type { MotionServices } from './services.ts'

/** For /prepare, /convert and /thumbnail, which count together. Whoever has good credentials counts only as themselves. */
export function makingLimits({ limits }: Pick<MotionServices, 'limits'>): readonly Limit[] {
  return [
    { name: 'motion-address', perMinute: limits.address, by: byAddressOfStrangers },
    { name: 'motion-token', perMinute: limits.token, by: byCaller },
  ]
}
