// compile: outputs of one pass → the one ffmpeg command that makes them, as a value.
import { printSeconds, whole } from '../lib/time.ts'
import type { Habits } from './capabilities.ts'
import { type Command, inputPath, outputPath } from './command.ts'
import { companionArgs, noteArgs } from './companion-options.ts'
import { containers } from './containers.ts'
import { audioEncoding, lastPacketLasts, videoEncoding } from './encoder-options.ts'
import { type FilterRoot, wire } from './filter-wiring.ts'
import { inputClock } from './input-clock.ts'
import { inputOptions } from './input-options.ts'
import type { Making } from './key.ts'
import { firstInput } from './node.ts'
import { copyingOf, firstOpening, type Opening, openingsOf } from './openings.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'

export type Compiled = {
  readonly command: Command
  /** The graph's inputs in the order in which the command sees them as /in/0, /in/1 … */
  readonly inputs: readonly string[]
  /** For each output of the pass, the name of its file in /out. */
  readonly files: readonly string[]
  /** Some source is read from somewhere within: its decoder may miss frames of before. */
  readonly sought: boolean
}

/** Compiles the outputs of a pass, or those of them that are still missing. */
export function compile(
  outputs: readonly PlannedOutput[],
  probes: ReadonlyMap<string, Probe>,
  making: Making,
): Compiled {
  const openings = openingsOf(outputs, probes)
  const inputs = [...new Set(openings.map(({ input }) => input))]
  const wiring = wire(outputs.flatMap(filterRoots), openings, probes)
  const files = outputs.map(({ index, container }) => `${index}.${container}`)
  const streams = outputs.map(output => streamArgs(output, openings, wiring.labels, probes, making))
  const used = usedStreams([wiring.graph, ...streams.flat()])
  const args = [
    ...['-hide_banner', '-nostdin', '-y', '-loglevel', 'error', '-nostats', '-progress', 'pipe:1'],
    ...openings.flatMap((opening, index) => [
      ...openingArgs(existing(probes, opening.input), used.get(index) ?? new Set(), making.capabilities.habits),
      ...seekArgs(opening),
      ...['-i', inputPath(inputs.indexOf(opening.input))],
    ]),
    ...(wiring.graph === '' ? [] : ['-filter_complex', wiring.graph]),
    ...outputs.flatMap((output, position) => [
      ...(streams[position] ?? []),
      ...noteArgs(output, openings, probes),
      ...companionArgs(output, openings),
      ...fileArgs(output, openings),
      ...endArgs(output),
      outputPath(files[position] ?? ''),
    ]),
  ]
  return { command: { program: 'ffmpeg', args }, inputs, files, sought: openings.some(({ fromUs }) => fromUs > 0) }
}

function filterRoots({ index, video, audio }: PlannedOutput): FilterRoot[] {
  return [
    ...(video?.encoding ? [{ name: `${index}:video`, node: video.node }] : []),
    ...(audio?.encoding ? [{ name: `${index}:audio`, node: audio.node }] : []),
  ]
}

function openingArgs(probe: Probe, used: ReadonlySet<number>, habits: Habits): string[] {
  const { demuxer, video } = probe
  // ffmpeg's own decoders of VP8 and VP9 do not look at what lies beside the packets.
  const decoder = video?.sideAlpha ? ['-c:v', video.codec === 'vp8' ? 'libvpx' : 'libvpx-vp9'] : []
  return [...inputOptions(demuxer), ...decoder, ...inputClock(probe, used, habits)]
}

// Before -i: decoding starts at the keyframe before, and what comes too early is thrown away.
function seekArgs({ fromUs }: Opening): string[] {
  return fromUs === 0 ? [] : ['-ss', printSeconds(whole(fromUs))]
}

// By the number of the opening, the indices of its streams that some filter or output reads: `[0:1]`, or `0:1` after -map.
function usedStreams(words: readonly string[]): ReadonlyMap<number, ReadonlySet<number>> {
  const used = new Map<number, Set<number>>()
  for (const word of words)
    for (const [, opening, stream] of word.matchAll(/(?:^|\[)(\d+):(\d+)(?:\]|$)/g)) {
      const streams = used.get(Number(opening)) ?? new Set()
      used.set(Number(opening), streams.add(Number(stream)))
    }
  return used
}

function existing(probes: ReadonlyMap<string, Probe>, input: string): Probe {
  const probe = probes.get(input)
  if (!probe) throw new TypeError(`the input "${input}" has not been probed`)
  return probe
}

function streamArgs(
  { index, container, video, audio }: PlannedOutput,
  openings: readonly Opening[],
  labels: ReadonlyMap<string, string>,
  probes: ReadonlyMap<string, Probe>,
  making: Making,
): string[] {
  const copyFrom = (node: NonNullable<typeof video | typeof audio>['node'], media: 'video' | 'audio') => {
    if (node.kind !== 'source') throw new TypeError('only a source can be copied')
    return `${copyingOf(openings, node.input, index)}:${probes.get(node.input)?.[media]?.index}`
  }
  return [
    ...(video ? ['-map', video.encoding ? `[${labels.get(`${index}:video`)}]` : copyFrom(video.node, 'video')] : []),
    ...(audio ? ['-map', audio.encoding ? `[${labels.get(`${index}:audio`)}]` : copyFrom(audio.node, 'audio')] : []),
    ...(video ? videoEncoding(video, containers.get(container) ?? {}, making) : []),
    ...(video && !video.encoding ? copiedEnd(probes.get(firstInput(video.node) ?? '')) : []),
    ...(audio ? audioEncoding(audio) : []),
  ]
}

function copiedEnd(probe: Probe | undefined): string[] {
  const heldUs = probe?.video?.lastHeldUs
  return heldUs === undefined ? [] : lastPacketLasts(`round(${printSeconds(whole(heldUs))}/TB)`)
}

function fileArgs(
  { index, container, video, audio, companions }: PlannedOutput,
  openings: readonly Opening[],
): string[] {
  const { muxer = container, demuxer } = containers.get(container) ?? {}
  return [
    // Titles and the like come from the output's own first source, whoever else is made by the same process.
    ...['-map_metadata', String(firstOpening((video ?? audio)?.node, openings))],
    // Chapters would point to the wrong places once anything is cut.
    ...['-map_chapters', companions?.chapters ? String(copyingOf(openings, companions.input, index)) : '-1'],
    // Nothing that differs from one making to the next: no version strings, no random ids.
    ...['-fflags', '+bitexact'],
    // Players need the index before the data to start without a second request.
    ...(demuxer === 'mov' ? ['-movflags', '+faststart'] : []),
    // Apple players refuse HEVC under its default tag.
    ...(demuxer === 'mov' && video?.codec === 'hevc' ? ['-tag:v:0', 'hvc1'] : []),
    // Sound that starts late must not run into the default of 128 waiting packets.
    ...['-max_muxing_queue_size', '4096', '-f', muxer],
  ]
}

// A gap of a day between two frames, hidden from whoever asks how long the file is, would be filled with frames for
// hours. Nothing that passes the gate is as long as this.
function endArgs({ durationUs }: PlannedOutput): string[] {
  return durationUs === undefined
    ? []
    : ['-t', printSeconds(whole(durationUs + Math.max(2_000_000, durationUs * 0.05)))]
}
