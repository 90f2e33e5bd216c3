// source-warnings: what of its sources an output cannot show or let hear, and the caller should know.
import type { Fault } from '../lib/errors.ts'
import { sourcesOf } from './node.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'

/** Pointers are those of the output. */
export function sourceWarnings({ index, video, audio }: PlannedOutput, probes: ReadonlyMap<string, Probe>): Fault[] {
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
      const range = probes.get(input)?.video?.highDynamicRange
      return range ? warn(`"${input}" is HDR (${range.toUpperCase()}): encoded to 8 bits its colours look wrong`) : []
    }),
  ]
}
