// key: names one output by everything it is made of and by, and by nothing else.
import { digestOf } from '../lib/canonical-json.ts'
import type { Capabilities } from './capabilities.ts'
import type { Node } from './node.ts'
import type { PlannedOutput } from './planned.ts'

// Grows when the same plan would give other bytes.
const ENGINE_VERSION = 6

/** What besides the plan and the sources decides the bytes. */
export type Making = { readonly capabilities: Capabilities; readonly threads: number }

/**
 * The key of an output: its own subgraph over the contents of its sources (`digests`, sha256 by input id), its encoders
 * and container, and the tools that matter. Its neighbours in a pass, its name and its destination do not count.
 */
export function outputKey(
  output: PlannedOutput,
  digests: ReadonlyMap<string, string>,
  { capabilities, threads }: Making,
): string {
  const { container, video, audio, companions } = output
  const stream = (planned: typeof video | typeof audio) =>
    planned && { node: overContents(planned.node, digests), codec: planned.codec, encoding: planned.encoding }
  return digestOf({
    engine: ENGINE_VERSION,
    ffmpeg: capabilities.version,
    threads,
    container,
    video: stream(video),
    audio: stream(audio),
    companions: companions && { ...companions, input: digestIn(digests, companions.input) },
  })
}

function overContents(node: Node, digests: ReadonlyMap<string, string>): unknown {
  if (node.kind === 'filter') return { ...node, of: node.of.map(child => overContents(child, digests)) }
  return { ...node, input: digestIn(digests, node.input) }
}

function digestIn(digests: ReadonlyMap<string, string>, input: string): string {
  const digest = digests.get(input)
  if (digest === undefined) throw new TypeError(`the input "${input}" has no digest`)
  return digest
}
