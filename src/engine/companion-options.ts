// companion-options: prints what travels with an output, and what people noted about its streams.
import { firstInput } from './node.ts'
import { copyingOf, firstOpening, type Opening } from './openings.ts'
import type { PlannedAudio, PlannedOutput, PlannedVideo } from './planned.ts'
import type { Probe } from './probe.ts'

/** Subtitles, covers and attached files. ffmpeg copies their languages, titles and purposes by itself. */
export function companionArgs({ index, video, companions }: PlannedOutput, openings: readonly Opening[]): string[] {
  if (!companions || companions.streams.length === 0) return []
  const { input, streams } = companions
  const opening = copyingOf(openings, input, index)
  const of = (wanted: string) => streams.filter(({ kind }) => kind === wanted)
  return [
    ...streams.flatMap(stream => ['-map', `${opening}:${stream.index}`]),
    ...of('subtitle').flatMap(({ encoder = 'copy' }, position) => [`-c:s:${position}`, encoder]),
    ...(of('attachment').length > 0 ? ['-c:t', 'copy'] : []),
    // Said after the options of all pictures, so that it counts.
    ...of('cover').flatMap((_, position) => {
      const nth = position + (video ? 1 : 0)
      return [`-c:v:${nth}`, 'copy', `-disposition:v:${nth}`, 'attached_pic']
    }),
  ]
}

/**
 * Languages, titles and purposes of what went through filters, where they get lost. Titles are the uploader's words: ffmpeg
 * copies them itself, and they are never printed.
 */
export function noteArgs(
  { video, audio }: PlannedOutput,
  openings: readonly Opening[],
  probes: ReadonlyMap<string, Probe>,
): string[] {
  return [...notesOf('video', video, openings, probes), ...notesOf('audio', audio, openings, probes)]
}

function notesOf(
  kind: 'video' | 'audio',
  planned: PlannedVideo | PlannedAudio | undefined,
  openings: readonly Opening[],
  probes: ReadonlyMap<string, Probe>,
): string[] {
  const source = planned?.encoding && probes.get(firstInput(planned.node))
  const { index, labelled, dispositions } = source?.[kind] ?? {}
  const specifier = `s:${kind.slice(0, 1)}:0`
  return [
    ...(labelled && index !== undefined
      ? [`-map_metadata:${specifier}`, `${firstOpening(planned?.node, openings)}:s:${index}`, ...forgotten(specifier)]
      : []),
    ...(dispositions ? [`-disposition:${specifier.slice(2)}`, ['default', ...dispositions].join('+')] : []),
  ]
}

// What Matroska says of a stream's size and maker is not true of another that was made of it.
const STATISTICS = ['BPS', 'DURATION', 'NUMBER_OF_FRAMES', 'NUMBER_OF_BYTES', '_STATISTICS_TAGS', 'encoder']

function forgotten(specifier: string): string[] {
  return STATISTICS.flatMap(name => [`-metadata:${specifier}`, `${name}=`])
}
