// times.test: which instant a motion photo shows, over one house: to open one costs more than to make a photo.
import { forEachHouse } from '../../../fixtures/house.ts'
import { clocks } from './clocks.ts'
import { grid } from './grid.ts'

forEachHouse(
  house => {
    for (const part of [clocks, grid]) part(house)
  },
  ['pglite'],
)
