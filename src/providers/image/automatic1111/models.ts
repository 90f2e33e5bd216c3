// models: what a checkpoint can do; the server has samplers, sizes and seeds for all of them alike.
import type { ImageModel } from '../contract.ts'

const LOADED = 'automatic1111'

/** Without names, one model: whatever the server has loaded. */
export function modelsOf(checkpoints: readonly string[] | undefined): readonly ImageModel[] {
  if (!checkpoints) return [modelOf(LOADED, 'Whatever is loaded in AUTOMATIC1111.')]
  return checkpoints.map(name => modelOf(name, `The checkpoint ${name}, in AUTOMATIC1111.`))
}

/** What the server calls it; undefined for whatever it has loaded. */
export function checkpointOf(model: string): string | undefined {
  return model === LOADED ? undefined : model
}

function modelOf(name: string, about: string): ImageModel {
  return {
    ...{ name, about, kind: 'trained' },
    // Latent pixels are eight wide: of other sizes the rest is cut off.
    sizes: { kind: 'free', minPx: 64, maxPx: 2048, multipleOf: 8, usual: { widthPx: 512, heightPx: 512 } },
    maxCount: 4,
    steps: { min: 1, max: 150, usual: 20 },
    guidance: { min: 1, max: 30, usual: 7 },
    takesNegativePrompt: true,
    takesSeed: true,
    formats: ['png'],
    usualMs: 30_000,
  }
}
