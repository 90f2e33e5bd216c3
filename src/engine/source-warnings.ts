// source-warnings: what of its sources an output cannot show or let hear, and the caller should know.
import type { Fault } from '../lib/errors.ts'
import { colourOf, isHdr } from './colour/colour.ts'
import type { Room } from './colour/form.ts'
import { pixelsOf } from './colour/pixel-format.ts'
import { flawWarnings } from './flaw-warnings.ts'
import { leftOut } from './left-out.ts'
import { type Node, sourcesOf } from './node.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe, VideoStream } from './probe.ts'

/** Pointers are those of the output. */
export function sourceWarnings(output: PlannedOutput, room: Room, probes: ReadonlyMap<string, Probe>): Fault[] {
  const { index, video } = output
  const warn = (message: string) => [{ pointer: `/outputs/${index}`, message }]
  return [
    ...flawWarnings(output, probes).flatMap(warn),
    ...mainInputs(output).flatMap(input => leftOut(output, input, probes.get(input)).flatMap(warn)),
    ...inputsOf(video?.encoding && video).flatMap(input => {
      const stream = probes.get(input)?.video
      return stream ? pictureLosses(stream, room).flatMap(loss => warn(`"${input}" ${loss}`)) : []
    }),
  ]
}

function inputsOf(stream: PlannedOutput['video'] | PlannedOutput['audio']): string[] {
  return [...new Set(stream ? sourcesOf(stream.node).map(({ input }) => input) : [])]
}

// Of a logo and the like, only the picture was ever wanted.
function mainInputs({ video, audio }: PlannedOutput): string[] {
  const along = (node: Node | undefined): string[] => {
    if (!node || node.kind === 'source') return node ? [node.input] : []
    return (node.filters[0]?.name === 'concat' ? node.of : node.of.slice(0, 1)).flatMap(along)
  }
  return [...new Set([...along(video?.node), ...along(audio?.node)])]
}

function pictureLosses(stream: VideoStream, { deep }: Room): string[] {
  const hdr = isHdr(colourOf(stream))
  const transfer = stream.colourTransfer === 'smpte2084' ? 'PQ' : 'HLG'
  const { bits } = pixelsOf(stream.pixelFormat)
  return [
    // It tells neither its matrix nor its light.
    ...(stream.dolbyVisionProfile === 5
      ? ['is Dolby Vision of profile 5, which is not understood here: its colours come out wrong']
      : []),
    ...(hdr && !deep
      ? [`is HDR (${transfer}) and is brought down to SDR (BT.709): hevc, av1 and vp9 would keep it`]
      : []),
    ...(!hdr && bits > 8 && !deep && !stream.picture ? [`has ${bits} bits a sample, of which 8 are kept`] : []),
  ]
}
