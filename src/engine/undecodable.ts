// undecodable: what callers are told of tracks in their sources that cannot be decoded.
import type { Fault } from '../lib/errors.ts'
import { containers } from './containers.ts'
import type { Graph } from './graph.ts'
import { type Node, sourcesOf } from './node.ts'
import type { PlannedOutput } from './planned.ts'
import type { Probe } from './probe.ts'

type Probes = ReadonlyMap<string, Probe>

const NAMES = { video: 'picture', audio: 'sound' } as const

/** Why something is missing that an operation or an output asked for: goes before what they say themselves. */
export function undecodableFaults({ inputs }: Graph, probes: Probes): Fault[] {
  return inputs.flatMap(({ id }, index) =>
    lostOf(id, probes).map(({ kind, what }) => ({
      pointer: `/inputs/${index}/source`,
      message: `the ${NAMES[kind]} cannot be decoded: it is ${what}`,
    })),
  )
}

/** An output that would show pictures, of a source whose pictures cannot be decoded, is not made of its sound alone. */
export function pictureFault(audio: Node | undefined, probes: Probes): string | undefined {
  const inputs = audio ? sourcesOf(audio).map(({ input }) => input) : []
  const input = inputs.find(id => lostOf(id, probes).some(({ kind }) => kind === 'video'))
  return input && `the picture of "${input}" cannot be decoded: for its sound alone, name only codec.audio`
}

/** Pointers are those of the output. */
export function undecodableWarnings({ index, container, video, audio }: PlannedOutput, probes: Probes): Fault[] {
  const nodes = [video?.node, audio?.node].filter(node => node !== undefined)
  const inputs = new Set(nodes.flatMap(sourcesOf).map(({ input }) => input))
  const messages = [...inputs].flatMap(input =>
    (probes.get(input)?.undecodable ?? []).flatMap(({ kind, what, replaced }) => {
      if (kind === 'video' && containers.get(container)?.videoEncoder === undefined) return []
      const track = kind === 'video' ? 'a video track' : 'an audio track'
      if (replaced) return [`passes over ${track} of "${input}" that cannot be decoded: it is ${what}`]
      return [`leaves out the ${NAMES[kind]} of "${input}", which cannot be decoded: it is ${what}`]
    }),
  )
  return messages.map(message => ({ pointer: `/outputs/${index}`, message }))
}

function lostOf(input: string, probes: Probes) {
  return (probes.get(input)?.undecodable ?? []).filter(({ replaced }) => !replaced)
}
