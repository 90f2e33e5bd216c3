// warnings: what came otherwise than it was ordered, by the names that the caller knows.
import type { Fault } from '../../../lib/errors.ts'
import type { Generated, ImageOrder } from '../../../providers/image/contract.ts'
import type { Decoded } from './decode.ts'
import type { Maker } from './means.ts'

type Delivery = { readonly maker: Maker; readonly generated: Generated; readonly decoded: readonly Decoded[] }

export function warningsOf(order: ImageOrder, { maker: { provider }, generated, decoded }: Delivery): Fault[] {
  const { size, count, ratio } = order
  const other = decoded.find(({ widthPx, heightPx }) => widthPx !== size.widthPx || heightPx !== size.heightPx)
  const wanted = `${size.widthPx}x${size.heightPx}`
  return [
    ...generated.warnings.map(words => ({ pointer: '', message: storable(words) })),
    ...(decoded.some(({ delivered }) => delivered.takenFrom === 'animation')
      ? [{ pointer: '', message: `${provider.name} delivered an animation: its first picture is kept` }]
      : []),
    ...(other
      ? [
          {
            pointer: ratio === undefined ? '/parameters/width' : '/parameters/aspect_ratio',
            message: `${provider.name} made ${other.widthPx}x${other.heightPx} instead of ${wanted}`,
          },
        ]
      : []),
    ...(decoded.length < count
      ? [
          {
            pointer: '/parameters/num_outputs',
            message: `${provider.name} delivered ${decoded.length} of ${count} pictures`,
          },
        ]
      : []),
  ]
}

const LONGEST = 1200

// They are the vendor's, or have some of the vendor's in them: what no database keeps is taken out.
function storable(words: string): string {
  return words
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, LONGEST)
    .toWellFormed()
}
