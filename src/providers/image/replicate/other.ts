// other: a model that nobody here has met: it is asked only for what nearly every model of pictures understands.
import type { Writing } from './models.ts'

// What it makes of a shape it decides itself, and the picture tells; these are what most of them make.
const SHAPES = [
  { ratio: '1:1', widthPx: 1024, heightPx: 1024 },
  { ratio: '16:9', widthPx: 1344, heightPx: 768 },
  { ratio: '9:16', widthPx: 768, heightPx: 1344 },
  { ratio: '4:3', widthPx: 1152, heightPx: 896 },
  { ratio: '3:4', widthPx: 896, heightPx: 1152 },
  { ratio: '3:2', widthPx: 1216, heightPx: 832 },
  { ratio: '2:3', widthPx: 832, heightPx: 1216 },
]

export function other(name: string): Writing {
  return {
    name,
    can: {
      about: `${name}, at Replicate.`,
      kind: 'trained',
      sizes: { kind: 'shapes', shapes: SHAPES },
      maxCount: 1,
      takesNegativePrompt: false,
      takesSeed: true,
      formats: ['png'],
      usualMs: 20_000,
    },
    input: ({ prompt, ratio, seed }) => ({
      prompt,
      seed,
      // The usual one is left out: a model without shapes makes squares.
      ...(ratio !== undefined && ratio !== '1:1' && { aspect_ratio: ratio }),
    }),
  }
}
