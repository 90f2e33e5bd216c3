// makers.test: what the makers of motion photos promise, over one house: to open one costs more than to make a photo.
import { forEachHouse } from '../../../fixtures/house.ts'
import { awkward } from './awkward.ts'
import { colours } from './colours.ts'
import { convert } from './convert.ts'
import { covers } from './covers.ts'
import { gate } from './gate.ts'
import { heifCovers } from './heif-covers.ts'
import { layout } from './layout.ts'
import { prepare } from './prepare.ts'
import { progress } from './progress.ts'

forEachHouse(
  house => {
    for (const part of [prepare, convert, gate, layout, covers, heifCovers, progress, colours, awkward]) part(house)
  },
  ['pglite'],
)
