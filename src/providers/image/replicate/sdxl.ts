// sdxl: stability-ai/sdxl, the open model with sizes, negative prompts and guidance; it makes PNG.
import type { Writing } from './models.ts'

export const sdxl: Writing = {
  name: 'stability-ai/sdxl',
  version: '7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc',
  can: {
    about: 'Stable Diffusion XL by Stability AI: any size, negative prompts, guidance.',
    kind: 'trained',
    sizes: {
      ...{ kind: 'free', minPx: 128, maxPx: 2048, multipleOf: 8 },
      usual: { widthPx: 1024, heightPx: 1024 },
    },
    maxCount: 4,
    steps: { min: 1, max: 500, usual: 50 },
    guidance: { min: 1, max: 50, usual: 7.5 },
    takesNegativePrompt: true,
    takesSeed: true,
    formats: ['png'],
    usualMs: 15_000,
  },
  input: order => ({
    prompt: order.prompt,
    ...(order.negativePrompt !== undefined && { negative_prompt: order.negativePrompt }),
    width: order.size.widthPx,
    height: order.size.heightPx,
    num_outputs: order.count,
    ...(order.steps !== undefined && { num_inference_steps: order.steps }),
    ...(order.guidance !== undefined && { guidance_scale: order.guidance }),
    seed: order.seed,
  }),
}
