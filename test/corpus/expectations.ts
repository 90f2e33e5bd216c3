// expectations: what each output of a source of the corpus must be, worked out from what decoding the source by hand gives.
import assert from 'node:assert/strict'
import type { Probe } from '../../src/engine/probe.ts'
import { toNumber } from '../../src/lib/rational.ts'
import type { Decoded, Frame, Sound } from './decoding.ts'
import type { Output } from './outputs.ts'
import type { OutputName } from './source.ts'

/** In seconds of the source. */
export const TRIM = { startS: 0.37, endS: 1.4 } as const

// Times that are equal differ by less than this when they are worked out …
const TICK_S = 1e-6
// … and when containers count them in milliseconds: whoever begins so late is shown from the beginning.
const ROUNDING_S = 1e-3

type Question = {
  readonly source: Decoded | undefined
  readonly probe: Probe
  readonly output: Output
  readonly found: Decoded | undefined
  readonly warns: RegExp | undefined
  readonly mayWarn: RegExp | undefined
}

/** What is wrong with an output, in words. */
export function faultsOf(name: OutputName, { source, probe, output, found, warns, mayWarn }: Question): string[] {
  assert.ok(source && found)
  const { video, audio } = output.planned
  const expected = EXPECTED[name](decodable(source, probe), lengthOf(source, probe))
  const frameS = probe.video ? 1 / toNumber(probe.video.frameRate) : 0
  return [
    ...(video && name === 'concat' ? heldFaults(2 * lengthOf(source, probe), found.frames, frameS) : []),
    ...(video && name !== 'concat' ? frameFaults(expected.frames, found.frames, frameS) : []),
    ...(video && !video.encoding ? copyFaults(expected.frames, found.frames) : []),
    ...(audio
      ? soundFaults(expected.sound, spanned(name, found.sound), tolerance(name, source.sound, frameS, probe))
      : []),
    ...(video && audio ? offsetFaults(expected, found, frameS) : []),
    ...warningFaults(
      output.warnings.filter(warning => warns || !mayWarn?.test(warning)),
      warns,
    ),
  ]
}

// Pictures whose keyframe is missing come out of some decoders in grey and smears.
function decodable(source: Decoded, { video }: Probe): Decoded {
  const fromS = video?.flaws?.headless ? video.startUs / 1e6 - ROUNDING_S : Number.NEGATIVE_INFINITY
  return { ...source, frames: source.frames.filter(({ atS }) => atS >= fromS) }
}

const PRIMING = 4096
const LAST_PACKET = 1024

// In samples.
function tolerance(name: OutputName, sound: Sound | undefined, frameS: number, { demuxer, audio }: Probe): number {
  // What encoders of sound put before the beginning, and need to fill their last packet.
  if (name === 'copy' || name === 'scale') return PRIMING
  if (audio?.flaws?.restarts) return PRIMING
  const { jitter = 0, rateHz = 0 } = sound ?? {}
  // Where packets are missing or the clock counts in milliseconds, times tell how long it is.
  const clock = demuxer === 'matroska' || jitter > 1 ? rateHz / 1000 : 1
  // Each part is as long as its pictures, to a frame.
  return name === 'concat' ? 2 * frameS * rateHz + clock : clock
}

// What is copied keeps its holes.
function spanned(name: OutputName, sound: Sound | undefined): Sound | undefined {
  return sound && (name === 'copy' || name === 'scale') ? { ...sound, seconds: sound.endS - sound.startS } : sound
}

type Expected = { readonly frames: readonly Frame[]; readonly sound?: Sound }

const EXPECTED: Record<OutputName, (source: Decoded, lengthS: number) => Expected> = {
  copy: filled,
  scale: filled,
  audio: source => ({ frames: [], ...soundOf(filled(source)) }),
  trim: ({ frames, sound }) => {
    const later = frames.filter(({ atS }) => atS > TRIM.startS + ROUNDING_S && atS < TRIM.endS - TICK_S)
    const before = frames.findLast(({ atS }) => atS <= TRIM.startS + ROUNDING_S)
    const startS = Math.max(TRIM.startS, sound?.startS ?? 0)
    const endS = Math.min(TRIM.endS, sound?.endS ?? 0)
    return {
      frames: [...(before ? [{ ...before, atS: TRIM.startS }] : []), ...later],
      ...(sound && { sound: { ...sound, startS, endS, seconds: endS - startS } }),
    }
  },
  concat: ({ frames, sound }, lengthS) => ({
    // The first picture is shown from the beginning, however late it comes.
    frames: frames.slice(0, 1).map(frame => ({ ...frame, atS: 0 })),
    ...(sound && {
      sound: { ...sound, startS: 0, endS: 2 * lengthS, seconds: 2 * lengthS },
    }),
  }),
}

// Holes are filled with silence.
function filled({ frames, sound }: Decoded): Expected {
  return { frames, ...(sound && { sound: { ...sound, seconds: sound.endS - sound.startS } }) }
}

function soundOf({ sound }: Expected) {
  return sound ? { sound } : {}
}

function lengthOf({ frames, sound }: Decoded, { video, audio }: Probe): number {
  // An edit list may cut the last packet of sound, which ffmpeg decodes whole.
  const heardS = ((audio?.startUs ?? 0) + (audio?.durationUs ?? 0)) / 1e6
  const paddedS = (sound?.endS ?? 0) - heardS
  if (!video && paddedS > 0 && paddedS < LAST_PACKET / (sound?.rateHz ?? 1)) return heardS
  const shownS = video ? (video.startUs + (video.durationUs ?? 0)) / 1e6 : 0
  return Math.max(shownS, frames.at(-1)?.atS ?? 0, sound?.endS ?? 0)
}

function frameFaults(expected: readonly Frame[], found: readonly Frame[], frameS: number): string[] {
  if (expected.length !== found.length) return [`${found.length} frames instead of ${expected.length}`]
  const [first, start] = [expected[0]?.atS ?? 0, found[0]?.atS ?? 0]
  const moved = found.findIndex(
    ({ atS }, index) => Math.abs(atS - start - (expected[index]?.atS ?? 0) + first) > frameS,
  )
  if (moved < 0) return []
  return [
    `frame ${moved} is shown at ${found[moved]?.atS} s instead of ${(expected[moved]?.atS ?? 0) - first + start} s`,
  ]
}

// Joined clips have one rate: what is held is shown anew for each frame of it.
function heldFaults(lengthS: number, found: readonly Frame[], frameS: number): string[] {
  const lastS = found.at(-1)?.atS ?? 0
  return Math.abs(lastS + frameS - lengthS) <= 3.1 * frameS ? [] : [`the last frame begins at ${lastS} s of ${lengthS}`]
}

function copyFaults(expected: readonly Frame[], found: readonly Frame[]): string[] {
  const other = found.findIndex(({ crc }, index) => crc !== expected[index]?.crc)
  return other < 0 || expected.length !== found.length ? [] : [`frame ${other} is another picture`]
}

function soundFaults(expected: Sound | undefined, found: Sound | undefined, samples: number): string[] {
  if (!expected || !found) return ['there is no sound']
  const offS = found.seconds - expected.seconds
  if (Math.abs(offS) * expected.rateHz <= samples + 0.01) return []
  return [`${found.seconds} s of sound instead of ${expected.seconds}: ${Math.round(offS * expected.rateHz)} samples`]
}

function offsetFaults(expected: Expected, found: Decoded, frameS: number): string[] {
  const lateS = ({ frames, sound }: Expected) => (sound?.startS ?? 0) - (frames[0]?.atS ?? 0)
  const offS = lateS(found) - lateS(expected)
  return Math.abs(offS) <= frameS + 0.03 ? [] : [`the sound begins ${offS} s later beside the picture`]
}

function warningFaults(warnings: readonly string[], warns: RegExp | undefined): string[] {
  if (!warns) return warnings.map(warning => `it is told that ${warning}`)
  return warnings.some(warning => warns.test(warning)) ? [] : [`it is not told that ${warns}: ${warnings.join(' / ')}`]
}
