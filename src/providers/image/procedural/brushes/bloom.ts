// bloom: what is very bright spills over its edges, as in a lens.

import type { Easel } from '../easel.ts'
import { at } from '../numbers.ts'

const CELL = 4

export function addBloom(easel: Easel): void {
  const { widthPx, heightPx, unitPx, light } = easel
  const columns = Math.ceil(widthPx / CELL)
  const rows = Math.ceil(heightPx / CELL)
  const reach = Math.max(1, Math.round(unitPx / CELL / 40))
  const small = shrink(easel, columns, rows)
  const across = { rows, columns, stepRow: columns * 3, stepColumn: 3 }
  const down = { rows: columns, columns: rows, stepRow: 3, stepColumn: columns * 3 }
  for (let turn = 0; turn < 3; turn++) for (const way of [across, down]) blur(small, way, reach)
  easel.rows(0, heightPx, y => {
    const v = Math.max(0, y / CELL - 0.5)
    const row = Math.min(rows - 2, Math.floor(v))
    for (let x = 0; x < widthPx; x++) {
      const u = Math.max(0, x / CELL - 0.5)
      const column = Math.min(columns - 2, Math.floor(u))
      const from = (row * columns + column) * 3
      const index = (y * widthPx + x) * 3
      for (let part = 0; part < 3; part++) {
        const a = at(small, from + part)
        const b = at(small, from + 3 + part)
        const c = at(small, from + columns * 3 + part)
        const d = at(small, from + columns * 3 + 3 + part)
        const upper = a + (b - a) * (u - column)
        light[index + part] = at(light, index + part) + 0.5 * (upper + (c + (d - c) * (u - column) - upper) * (v - row))
      }
    }
  })
}

/** The mean of what is brighter than paper, of each cell. */
function shrink({ widthPx, heightPx, light }: Easel, columns: number, rows: number): Float32Array {
  const small = new Float32Array(columns * rows * 3)
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const to = (Math.floor(y / CELL) * columns + Math.floor(x / CELL)) * 3
      for (let part = 0; part < 3; part++) {
        const over = Math.min(4, at(light, (y * widthPx + x) * 3 + part) - 0.62)
        if (over > 0) small[to + part] = at(small, to + part) + over / (CELL * CELL)
      }
    }
  return small
}

type Way = { rows: number; columns: number; stepRow: number; stepColumn: number }

/** A running mean over `reach` cells to both sides; three of them are nearly a bell. */
function blur(cells: Float32Array, { rows, columns, stepRow, stepColumn }: Way, reach: number): void {
  const line = new Float32Array(columns)
  for (let row = 0; row < rows; row++)
    for (let part = 0; part < 3; part++) {
      const start = row * stepRow + part
      let total = 0
      for (let column = -reach; column < columns; column++) {
        if (column + reach < columns) total += at(cells, start + (column + reach) * stepColumn)
        if (column - reach - 1 >= 0) total -= at(cells, start + (column - reach - 1) * stepColumn)
        if (column >= 0) line[column] = total / (2 * reach + 1)
      }
      for (let column = 0; column < columns; column++) cells[start + column * stepColumn] = at(line, column)
    }
}
