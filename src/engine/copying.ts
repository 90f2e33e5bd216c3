// copying: what stands against copying the packets of a stream as they are, because of what they lack.
import type { Container } from './containers.ts'
import type { Flaws } from './probe.ts'

/** Because of a flaw of the source, or of what was asked for; for good, or unless the caller asks for a copy all the same. */
export type Obstacle = { readonly obstacle: string; readonly flawed?: true; readonly mayBeAsked?: true }

/** Undefined when packets with these flaws can be copied into such a container. */
export function copyObstacle(
  flaws: Flaws | undefined,
  { ending, demuxer, clockless }: Container,
): Obstacle | undefined {
  if (!flaws) return undefined
  const { untimed, hidden, holes, restarts } = flaws
  // Written as they are decoded, they would be shown in that order.
  if (untimed) return { flawed: true, obstacle: 'its packets do not say when they are shown' }
  if (hidden && (demuxer !== 'mov' || hidden.afterUs > 0))
    return { flawed: true, obstacle: `its edit list cuts a part off, which a copy into .${ending} would bring back` }
  if (holes && clockless)
    return { flawed: true, obstacle: `packets are missing in it, and .${ending} cannot say where` }
  // What was joined may have been encoded with other settings, which most containers hold once for the whole stream.
  if (restarts && demuxer !== 'mpegts')
    return { flawed: true, obstacle: 'it was joined out of several files', mayBeAsked: true }
  return undefined
}
