// models: what three quite different makers of pictures can do, as data.
import type { ImageModel } from '../../../src/providers/image/contract.ts'

/** Everything, in any size. */
export const PAINTER: ImageModel = {
  name: 'painter',
  about: 'Paints everything.',
  kind: 'algorithmic',
  sizes: { kind: 'free', minPx: 128, maxPx: 2048, multipleOf: 1, usual: { widthPx: 1024, heightPx: 1024 } },
  maxCount: 4,
  steps: { min: 1, max: 50, usual: 4 },
  guidance: { min: 0, max: 20, usual: 7.5 },
  takesNegativePrompt: true,
  takesSeed: true,
  formats: ['png', 'jpg', 'webp'],
  usualMs: 1500,
}

/** Next to nothing, in shapes. */
export const SHAPED: ImageModel = {
  name: 'owner/shaped',
  about: 'Knows shapes.',
  kind: 'trained',
  sizes: {
    kind: 'shapes',
    shapes: [
      { ratio: '1:1', widthPx: 1024, heightPx: 1024 },
      { ratio: '16:9', widthPx: 1344, heightPx: 768 },
      { ratio: '9:16', widthPx: 768, heightPx: 1344 },
    ],
  },
  maxCount: 1,
  takesNegativePrompt: false,
  takesSeed: false,
  formats: ['webp'],
  usualMs: 2000,
}

export const LISTED: ImageModel = {
  ...SHAPED,
  name: 'listed',
  about: 'Knows sizes.',
  sizes: {
    kind: 'list',
    sizes: [
      { widthPx: 512, heightPx: 512 },
      { widthPx: 1024, heightPx: 1024 },
      { widthPx: 1792, heightPx: 1024 },
    ],
  },
  maxCount: 2,
  steps: { min: 10, max: 30, usual: 20 },
  formats: ['png', 'jpg'],
}
