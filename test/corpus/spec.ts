// spec: what is made of each source of the corpus: a copy, a trim, a scaled one, one joined to itself, and its sound alone.
import { extname } from 'node:path'
import type { Probe } from '../../src/engine/probe.ts'
import type { Spec } from '../engine/spec-plan.ts'
import type { Source } from './source.ts'

const FAST = { codec: 'libx264', preset: 'ultrafast' }
const EXACT = { video: FAST, audio: { codec: 'pcm' } }
export const TRIM = { start: 0.37, duration: 1.03 }

/** One output of each name, as far as the source has what it is made of. */
export function specOf({ file, copy = extname(file).slice(1) }: Source, { video, audio }: Probe): Spec {
  const trim = { op: 'trim', input: 'a', output: 't', params: TRIM }
  const scale = { op: 'scale', input: 'a', output: 's', params: { width: 64, height: 36 } }
  const concat = { op: 'concat', inputs: ['a', 'a'], output: 'c' }
  const sound = { audio: { codec: 'pcm' } }
  const copied = { id: 'a', destination: `copy.${copy}` }
  if (!video)
    return {
      inputs: [{ id: 'a', source: 'a' }],
      operations: [trim, concat],
      outputs: [
        copied,
        { id: 't', destination: 'trim.wav', codec: sound },
        { id: 'c', destination: 'concat.wav', codec: sound },
        { id: 'a', destination: 'audio.wav', codec: sound },
      ],
    }
  const exact = audio ? EXACT : { video: FAST }
  return {
    inputs: [{ id: 'a', source: 'a' }],
    operations: [trim, scale, concat],
    outputs: [
      copied,
      { id: 't', destination: 'trim.mov', codec: exact },
      { id: 's', destination: 'scale.mp4', codec: { video: FAST } },
      { id: 'c', destination: 'concat.mov', codec: exact },
      ...(audio ? [{ id: 'a', destination: 'audio.wav', codec: sound }] : []),
    ],
  }
}
