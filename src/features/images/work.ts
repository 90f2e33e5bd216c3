// work: what is asked of the step that makes pictures, and what comes out.
import { z } from 'zod'
import { IMAGE_FORMATS } from '../../providers/image/contract.ts'
import type { NewStep } from '../../runs/steps/contract.ts'

const size = z.strictObject({ widthPx: z.int().min(1), heightPx: z.int().min(1) })

/** An `ImageOrder`, as it stands in the steps table. */
const order = z.strictObject({
  model: z.string(),
  prompt: z.string(),
  negativePrompt: z.string().optional(),
  size,
  ratio: z.string().optional(),
  count: z.int().min(1),
  steps: z.number().optional(),
  guidance: z.number().optional(),
  seed: z.int().min(0),
  seedIsAsked: z.boolean(),
  format: z.enum(IMAGE_FORMATS),
  quality: z.number(),
})

export const generateParams = z.strictObject({
  order,
  /** Whether the notes in the picture say what it was asked to show. */
  prompt: z.enum(['told', 'private']),
  /** Where the vendor may send word. */
  wordUrl: z.string().optional(),
})
export type GenerateParams = z.infer<typeof generateParams>

/** The run's outputs `picture-1`, `picture-2` …: pictures in the format that was asked for, whatever the vendor sent. */
export function generateSteps(params: GenerateParams): NewStep[] {
  return [{ name: 'generate', kind: 'image.generate', queue: 'provider', needs: [], weight: 100, params }]
}

/** The document's: after the first attempt, so many more. */
export const RETRIES = 3
