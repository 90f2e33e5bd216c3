// index: every vendor of pictures that is set up, and which of them has a model.
import type { ImageModel, ImageProvider } from './contract.ts'

export interface ImageShelf {
  readonly providers: readonly ImageProvider[]
  /** What is taken when nobody names a model. */
  readonly usual: string
  find(model: string): { readonly provider: ImageProvider; readonly model: ImageModel } | undefined
}

/** The first of two vendors with the same model has it. Throws a TypeError where nobody has the usual one. */
export function openImageShelf(providers: readonly ImageProvider[], usual: string): ImageShelf {
  // Looked at anew each time: what a model can do may be learnt while we run.
  const models = () => providers.flatMap(provider => provider.models.map(model => ({ provider, model })))
  const find = (name: string) => models().find(({ model }) => model.name === name)
  if (!find(usual)) throw new TypeError(`nobody has the model ${usual}`)
  return { providers, usual, find }
}
