// compile: outputs of one pass → the one ffmpeg command that makes them, as a value.
import { printSeconds, whole } from '../lib/time.ts'
import { type Command, inputPath, outputPath } from './command.ts'
import { companionArgs, noteArgs } from './companion-options.ts'
import { containers } from './containers.ts'
import { audioEncoding, videoEncoding } from './encoder-options.ts'
import { type FilterRoot, wire } from './filter-wiring.ts'
import { inputOptions } from './input-options.ts'
import { copyingOf, firstOpening, type Opening, openingsOf } from './openings.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'

export type Compiled = {
  readonly command: Command
  /** The graph's inputs in the order in which the command sees them as /in/0, /in/1 … */
  readonly inputs: readonly string[]
  /** For each output of the pass, the name of its file in /out. */
  readonly files: readonly string[]
}

/** Compiles the outputs of a pass, or those of them that are still missing. */
export function compile(
  outputs: readonly PlannedOutput[],
  probes: ReadonlyMap<string, Probe>,
  threads: number,
): Compiled {
  const openings = openingsOf(outputs, probes)
  const inputs = [...new Set(openings.map(({ input }) => input))]
  const wiring = wire(outputs.flatMap(filterRoots), openings, probes)
  const files = outputs.map(({ index, container }) => `${index}.${container}`)
  const args = [
    ...['-hide_banner', '-nostdin', '-y', '-loglevel', 'error', '-nostats', '-progress', 'pipe:1'],
    ...openings.flatMap(opening => openingArgs(opening, inputs.indexOf(opening.input), probes)),
    ...(wiring.graph === '' ? [] : ['-filter_complex', wiring.graph]),
    ...outputs.flatMap((output, position) => [
      ...streamArgs(output, openings, wiring.labels, probes, threads),
      ...noteArgs(output, openings, probes),
      ...companionArgs(output, openings),
      ...fileArgs(output, openings),
      ...endArgs(output),
      outputPath(files[position] ?? ''),
    ]),
  ]
  return { command: { program: 'ffmpeg', args }, inputs, files }
}

function filterRoots({ index, video, audio }: PlannedOutput): FilterRoot[] {
  return [
    ...(video?.encoding ? [{ name: `${index}:video`, node: video.node }] : []),
    ...(audio?.encoding ? [{ name: `${index}:audio`, node: audio.node }] : []),
  ]
}

function openingArgs({ input, fromUs }: Opening, position: number, probes: ReadonlyMap<string, Probe>): string[] {
  const { demuxer = '', video } = probes.get(input) ?? {}
  // ffmpeg's own decoders of VP8 and VP9 do not look at what lies beside the packets.
  const decoder = video?.sideAlpha ? ['-c:v', video.codec === 'vp8' ? 'libvpx' : 'libvpx-vp9'] : []
  // MPEG-TS alone would set its clock by those streams that are used; any offset, even of nothing, leaves it alone.
  const clock = demuxer === 'mpegts' ? ['-itsoffset', '0.000001'] : []
  // Before -i: decoding starts at the keyframe before, and what comes too early is thrown away.
  const seek = fromUs === 0 ? [] : ['-ss', printSeconds(whole(fromUs))]
  return [...inputOptions(demuxer), ...decoder, ...clock, ...seek, '-i', inputPath(position)]
}

function streamArgs(
  { index, video, audio }: PlannedOutput,
  openings: readonly Opening[],
  labels: ReadonlyMap<string, string>,
  probes: ReadonlyMap<string, Probe>,
  threads: number,
): string[] {
  const copyFrom = (node: NonNullable<typeof video | typeof audio>['node'], media: 'video' | 'audio') => {
    if (node.kind !== 'source') throw new TypeError('only a source can be copied')
    return `${copyingOf(openings, node.input, index)}:${probes.get(node.input)?.[media]?.index}`
  }
  return [
    ...(video ? ['-map', video.encoding ? `[${labels.get(`${index}:video`)}]` : copyFrom(video.node, 'video')] : []),
    ...(audio ? ['-map', audio.encoding ? `[${labels.get(`${index}:audio`)}]` : copyFrom(audio.node, 'audio')] : []),
    ...(video ? videoEncoding(video, threads) : []),
    ...(audio ? audioEncoding(audio) : []),
  ]
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
