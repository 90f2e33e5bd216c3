// limits: how often one address may have pictures made, and ask how far they are: the document's figures.
import { byAddress, type Limit } from '../../web/limits.ts'
import type { ImageServices } from './services.ts'

type Figures = Pick<ImageServices, 'limits'>

export function creationLimits({ limits }: Figures): readonly Limit[] {
  return [{ name: 'images-create', perMinute: limits.create, by: byAddress }]
}

export function statusLimits({ limits }: Figures): readonly Limit[] {
  return [{ name: 'images-status', perMinute: limits.status, by: byAddress }]
}
