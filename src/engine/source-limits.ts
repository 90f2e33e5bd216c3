// source-limits: what a source may measure. What is larger is refused before anything of it is decoded at length.
import { printSeconds, toSeconds, whole } from '../lib/time.ts'
import type { Probe } from './probe.ts'

export type SourceLimits = { readonly seconds: number; readonly pixels: number }

/** What is too much about a source, in words; undefined when nothing is. */
export function excessOf({ durationUs = 0, video, audio }: Probe, limits: SourceLimits): string | undefined {
  if (toSeconds(durationUs) > limits.seconds)
    return `it lasts ${printSeconds(whole(durationUs))} s, and ${limits.seconds} s are the most`
  if (video) {
    // As displayed: pixels that are a hundred times as wide as high make a small picture a large one.
    const { widthPx, heightPx } = video
    const size = `its picture is ${widthPx}x${heightPx}`
    if (Math.max(widthPx, heightPx) > LARGEST_SIDE) return `${size}, and ${LARGEST_SIDE} pixels a side are the most`
    if (widthPx * heightPx > limits.pixels) return `${size}, and ${limits.pixels} pixels in all are the most`
  }
  if (audio && audio.channels > MOST_CHANNELS)
    return `it has ${audio.channels} channels of sound, and ${MOST_CHANNELS} are the most`
  if (audio && audio.sampleRateHz > HIGHEST_RATE_HZ)
    return `its sound has ${audio.sampleRateHz} samples a second, and ${HIGHEST_RATE_HZ} are the most`
  return undefined
}

const LARGEST_SIDE = 16_384
// Studios record ambisonics of the third order in 16, and at four times 192 kHz.
const MOST_CHANNELS = 16
const HIGHEST_RATE_HZ = 768_000
