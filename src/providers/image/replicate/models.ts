// models: what the models at Replicate can do, and how an order is written for each of them.
import { AppError } from '../../../lib/errors.ts'
import type { ImageModel, ImageOrder } from '../contract.ts'
import { fluxSchnell } from './flux-schnell.ts'
import { other } from './other.ts'
import { sdxl } from './sdxl.ts'

/** A model as Replicate knows it. */
export type Card = {
  readonly model: ImageModel
  /** Where predictions are asked for: official models by their names, those of others by a version. */
  readonly place: { readonly model: string } | { readonly version: string }
  input(order: ImageOrder): Record<string, unknown>
}

/** How one kind of model takes orders, whichever version of it. */
export type Writing = {
  /** `owner/name` */
  readonly name: string
  /** What is taken where nobody names a version; without one the model is asked for by its name. */
  readonly version?: string
  readonly can: Omit<ImageModel, 'name'>
  input(order: ImageOrder): Record<string, unknown>
}

const KNOWN = [fluxSchnell, sdxl]
const NAME = /^(?<model>[\w.-]+\/[\w.-]+)(?::(?<version>[0-9a-f]{64}))?$/

/** In the order of the names; `undefined` is for those that are known here. Throws `config_invalid`. */
export function openCards(names: readonly string[] | undefined): readonly Card[] {
  return (names ?? KNOWN.map(({ name }) => name)).map(toCard)
}

function toCard(name: string): Card {
  const { model, version: asked } = NAME.exec(name)?.groups ?? {}
  if (model === undefined)
    throw new AppError('config_invalid', `${name} is no model of Replicate: owner/name, or owner/name:version`)
  const writing = KNOWN.find(known => known.name === model) ?? other(model)
  const version = asked ?? writing.version
  return {
    model: { name, ...writing.can },
    place: version === undefined ? { model } : { version },
    input: writing.input,
  }
}
