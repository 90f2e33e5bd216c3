// bitrates: between which bitrates a sound encoder works, for one kind of sound and for all that may come to it.
import type { AudioEncoder } from './codecs.ts'

export type BitrateRange = { readonly min: number; readonly max: number }

/** What is known of the sound that an encoder gets. */
type Sound = { readonly channels?: number; readonly sampleRateHz?: number }

/** Between which bitrates some source could be encoded, when only so much is known of it. */
export function bitratesOfAny(encoder: AudioEncoder, { channels, sampleRateHz }: Sound): BitrateRange {
  const ranges = (channels === undefined ? [1, encoder.maxChannels] : [channels]).flatMap(count =>
    ratesOf(encoder, sampleRateHz).map(rate => bitratesOf(encoder, count, rate)),
  )
  return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) }
}

/** Between which bitrates just this sound can be encoded. */
export function bitratesOf({ bitrateRange }: AudioEncoder, channels: number, sampleRateHz: number): BitrateRange {
  return bitrateRange?.(channels, sampleRateHz) ?? { min: 0, max: Number.POSITIVE_INFINITY }
}

/** For people: what limits the bitrate. */
export function printSound({ name }: AudioEncoder, { channels, sampleRateHz }: Sound): string {
  const details = [
    ...(sampleRateHz === undefined ? [] : [`at ${sampleRateHz} Hz`]),
    ...(channels === undefined ? [] : [`with ${channels === 1 ? 'one channel' : `${channels} channels`}`]),
  ]
  return [name, ...details].join(' ')
}

/** For people: 96000 as `96k`. */
export function printBitrate(bitsPerSecond: number): string {
  return `${bitsPerSecond / 1000}k`
}

function ratesOf({ sampleRates }: AudioEncoder, sampleRateHz: number | undefined): readonly number[] {
  // An encoder without a list takes any, and has no bounds that depend on it.
  return sampleRateHz === undefined ? (sampleRates ?? [48_000]) : [sampleRateHz]
}
