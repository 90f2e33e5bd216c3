// source-warnings: what of its sources an output cannot show or let hear, and the caller should know.
import type { Fault } from '../lib/errors.ts'
import { colourOf, isHdr } from './colour/colour.ts'
import type { Room } from './colour/form.ts'
import { pixelsOf } from './colour/pixel-format.ts'
import { sourcesOf } from './node.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe, VideoStream } from './probe.ts'

/** Pointers are those of the output. */
export function sourceWarnings(
  { index, video, audio }: PlannedOutput,
  room: Room,
  probes: ReadonlyMap<string, Probe>,
): Fault[] {
  const warn = (message: string) => [{ pointer: `/outputs/${index}`, message }]
  const inputsOf = (stream: typeof video | typeof audio) =>
    new Set(stream ? sourcesOf(stream.node).map(({ input }) => input) : [])
  return [
    ...[...inputsOf(audio)].flatMap(input => {
      const { audioTracks = 1 } = probes.get(input) ?? {}
      const taken = `takes one of the ${audioTracks} audio tracks of "${input}": the default one, else the first`
      return audioTracks > 1 ? warn(taken) : []
    }),
    ...[...inputsOf(video?.encoding && video)].flatMap(input => {
      const stream = probes.get(input)?.video
      return stream ? pictureLosses(stream, room).flatMap(loss => warn(`"${input}" ${loss}`)) : []
    }),
  ]
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
