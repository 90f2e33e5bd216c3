// replicate: pictures from Replicate. Asked for once, looked after until they are there, and found again after a crash.
import { AppError } from '../../../lib/errors.ts'
import type { ImageProvider } from '../contract.ts'
import { begin } from './begin.ts'
import { type Asked, openReplicate } from './client.ts'
import { follow } from './follow.ts'
import { openCards } from './models.ts'
import { readPictures } from './prediction.ts'
import type { ReplicateSettings } from './settings.ts'

/** Throws `config_invalid` for names of models that cannot be. */
export function replicateProvider(settings: ReplicateSettings): ImageProvider {
  const api = openReplicate(settings)
  const cards = openCards(settings.models)
  return {
    name: 'Replicate',
    models: cards.map(({ model }) => model),
    async generate(order, work) {
      const card = cards.find(({ model }) => model.name === order.model)
      if (!card) throw new AppError('provider_refused', `Replicate has no model ${order.model} here`)
      const asked: Asked = {
        ...{ place: card.place, input: card.input(order) },
        ...(work.wordUrl !== undefined && { webhook: work.wordUrl }),
      }
      const begun = await begin(api, asked, work)
      return readPictures(await follow(api, begun, work), order, api.error)
    },
  }
}
