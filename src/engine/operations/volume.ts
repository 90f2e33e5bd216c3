// volume: makes sound louder or softer.
import { z } from 'zod'
import { pointwiseNode } from '../node.ts'
import { defineOperation, OperationFault } from './contract.ts'

const params = z
  .strictObject({
    level: z
      .number()
      .min(0)
      .max(16)
      .optional()
      .describe('Factor on the amplitude: 0 is silence, 1 leaves it, 2 is 6 dB louder'),
    gain_db: z.number().min(-96).max(24).optional().describe('The same in decibels'),
  })
  .refine(({ level, gain_db }) => (level === undefined) !== (gain_db === undefined), {
    message: 'give either level or gain_db',
  })

export const volume = defineOperation({
  name: 'volume',
  summary: 'Makes sound louder or softer; pictures are not touched.',
  inputs: { min: 1, max: 1 },
  params,

  apply({ level, gain_db: gainDb = 0 }, [media], { names }) {
    if (!media?.audio)
      throw new OperationFault('/input', `"${names[0]}" has no sound, and this operation works on sound`)
    const factor = level ?? 10 ** (gainDb / 20)
    if (factor === 1) return media
    const filters = [{ name: 'volume', args: { volume: Number(factor.toFixed(6)) } }] as const
    return { ...media, audio: { ...media.audio, node: pointwiseNode(media.audio.node, filters) } }
  },
})
