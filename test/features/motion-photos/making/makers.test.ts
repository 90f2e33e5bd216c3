// makers.test: what the makers of motion photos promise, over one house: to open one costs more than to make a photo.
import { forEachHouse } from '../../../fixtures/house.ts'
import { awkward } from './awkward.ts'
import { clocks } from './clocks.ts'
import { colours } from './colours.ts'
import { convert } from './convert.ts'
import { covers } from './covers.ts'
import { gate } from './gate.ts'
import { grid } from './grid.ts'
import { heifCovers } from './heif-covers.ts'
import { layout } from './layout.ts'
import { prepare } from './prepare.ts'
import { progress } from './progress.ts'

forEachHouse(
  house => {
    for (const part of [prepare, convert, gate, layout, covers, heifCovers, progress, colours, awkward, clocks, grid])
      part(house)
  },
  ['pglite'],
)
