// versions: the series of ffmpeg under which the tests are run, and what is known of any version.
import type { Habits } from '../engine/capabilities.ts'

type Series = {
  readonly major: number
  readonly minor: number
  /** The release of Debian that has it. */
  readonly debian: number
  readonly known: string
}

/** Oldest first: older ones than the first lack what every command uses (`-fps_mode`). */
const TESTED: readonly [Series, ...Series[]] = [
  { major: 5, minor: 1, debian: 12, known: 'the oldest that has all that Kinora uses' },
  { major: 7, minor: 1, debian: 13, known: 'it does not say how long the last frame of a cut is, so that Kinora does' },
]

/** What this version does differently; of one that says no number, as the newest. */
export function habitsOf(version: string): Habits {
  const major = Number(/^n?(\d+)\./.exec(version)?.[1] ?? Number.POSITIVE_INFINITY)
  return { clockFollowsUse: major >= 6, fieldOrderIsTold: major < 6 }
}

export type Standing = { readonly standing: 'tested' | 'untried' | 'too-old'; readonly sentence: string }

/** Of a version as ffmpeg prints it: `5.1.9-0+deb12u1`, `n7.1`, or `N-1234-gabc` of a build between releases. */
export function standingOf(version: string): Standing {
  const [, major = '', minor = ''] = /^n?(\d+)\.(\d+)/.exec(version) ?? []
  const tested = TESTED.find(series => `${series.major}.${series.minor}` === `${major}.${minor}`)
  if (tested) return { standing: 'tested', sentence: `tested with Debian ${tested.debian}: ${tested.known}` }
  const [oldest] = TESTED
  if (major !== '' && (Number(major) - oldest.major || Number(minor) - oldest.minor) < 0)
    return { standing: 'too-old', sentence: `too old: Kinora needs ${oldest.major}.${oldest.minor} or later` }
  const names = TESTED.map(series => `${series.major}.${series.minor} (Debian ${series.debian})`)
  return { standing: 'untried', sentence: `never tried, which need not mean harm; tested are ${names.join(' and ')}` }
}
