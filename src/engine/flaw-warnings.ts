// flaw-warnings: what a source lacks, in words and figures, for whoever gets an output that is made of it.
import { type Micros, printSeconds, whole } from '../lib/time.ts'
import { type MediaKind, sourcesOf } from './node.ts'
import type { PlannedOutput } from './planned.ts'
import type { Flaws, Probe } from './probe.ts'

/** A sentence for each lack of a source, or of a stream that the output is made of. */
export function flawWarnings({ video, audio }: PlannedOutput, probes: ReadonlyMap<string, Probe>): string[] {
  const uses = [video, audio].flatMap(stream =>
    stream ? sourcesOf(stream.node).map(({ input, media }) => ({ input, media, copied: !stream.encoding })) : [],
  )
  const made = new Set(uses.map(({ media }) => media))
  const told = uses.flatMap(use => {
    const probe = probes.get(use.input) ?? {}
    return [...cutOff(use.input, probe), ...streamFlaws(use, probe), ...emptyTracks(use.input, probe, made)]
  })
  return [...new Set(told)]
}

type Use = { readonly input: string; readonly media: MediaKind; readonly copied: boolean }
type Streams = Pick<Probe, 'video' | 'audio' | 'emptyTracks' | 'missingBytes'>

function cutOff(input: string, { missingBytes = 0 }: Streams): string[] {
  return missingBytes > 0 ? [`"${input}" was cut off: its last ${missingBytes} bytes are missing`] : []
}

function streamFlaws({ input, media, copied }: Use, probe: Streams): string[] {
  const { startUs = 0, durationUs = 0, flaws = {} } = probe[media] ?? {}
  const { headless, holes, restarts, saidEndUs } = flaws
  const what = `the ${media === 'video' ? 'picture' : 'sound'} of "${input}"`
  const told: string[] = []
  if (headless)
    told.push(`${what} begins at ${seconds(startUs)} s: the keyframe of the ${headless} before it is missing`)
  if (holes)
    told.push(
      `${what} has ${holesInWords(holes)}: ${copied ? 'they stay as they are' : 'they are filled with silence'}`,
    )
  if (restarts) told.push(`the clock of ${what} starts again ${times(restarts)}: its parts follow one another`)
  if (saidEndUs)
    told.push(
      `${what} ends at ${seconds(startUs + durationUs)} s, although the file says ${seconds(saidEndUs)} s: the rest is missing`,
    )
  return told
}

// What a source declares and does not have, where the output has nothing of the kind.
function emptyTracks(input: string, { emptyTracks: empty = [] }: Streams, made: ReadonlySet<MediaKind>): string[] {
  return empty
    .filter(media => !made.has(media))
    .map(media => {
      const what = media === 'video' ? 'pictures' : 'sound'
      return `"${input}" declares a track of ${what} that holds not a single packet: it is left out`
    })
}

function holesInWords({ count, totalUs, firstUs }: NonNullable<Flaws['holes']>): string {
  const first = `${count > 1 ? 'the first ' : ''}at ${seconds(firstUs)} s`
  return `${count} ${count > 1 ? 'holes' : 'hole'} of ${seconds(totalUs)} s in all (${first})`
}

const times = (count: number) => (count === 1 ? 'once' : `${count} times`)
const seconds = (us: Micros) => printSeconds(whole(Math.round(us / 1000) * 1000))
