// lake: mountains and their image in still water.
import { paintConifers } from '../brushes/conifers.ts'
import { paintReeds } from '../brushes/reeds.ts'
import { paintWater } from '../brushes/water.ts'
import type { Scene } from './contract.ts'
import { paintChains, paintHeavens } from './mountains.ts'

export const lake: Scene = {
  name: 'lake',
  stems: 'lake reflect pond river fjord reservoir lac lago see озер 湖 🏞',
  paint(easel) {
    const { heightPx, widthPx, chance, words, unitPx } = easel
    const shore = Math.round(heightPx * chance.between(0.54, 0.6))
    const sun = paintHeavens(easel, shore)
    paintChains(easel, shore - unitPx * 0.08, shore, sun)
    paintConifers(easel, { ground: new Float32Array(widthPx).fill(shore), height: 0.085, distance: 0.12, count: 110 })
    paintWater(easel, shore, words.says('serene calm still quiet reflect mirror tranquil peaceful') ? 0.97 : 0.75)
    if (chance.next() < 0.6) paintReeds(easel)
  },
}
