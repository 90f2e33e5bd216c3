// clouds: warped noise that lies flatter towards the horizon, bright on the side of the sun.

import { blend, pickLight, scaled } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { at, clamp, mix, smooth } from '../numbers.ts'
import type { Sun } from './sky.ts'

/** Painted on a coarse grid and drawn out: clouds have no edges that it could lose. */
const GRID = 3

export function paintClouds(easel: Easel, horizon: number, sun: Sun): void {
  const { mood, widthPx, light } = easel
  const columns = Math.ceil(widthPx / GRID) + 2
  const rows = Math.ceil(horizon / GRID) + 2
  const cover = new Float32Array(columns * rows)
  const shine = new Float32Array(columns * rows)
  fill(easel, horizon, sun, { columns, rows, cover, shine })
  const bright = scaled(blend(mood.sun, mood.lit, mood.isDark ? 0.9 : 0.35), mood.time === 'night' ? 0.25 : 1)
  const dark = scaled(blend(pickLight(mood.sky, 0.35), mood.air, 0.45), mood.isDark ? 0.7 : 0.85)
  easel.rows(0, horizon, y => {
    for (let x = 0; x < widthPx; x++) {
      const hidden = between(cover, columns, x / GRID, y / GRID)
      if (hidden < 0.004) continue
      const lit = between(shine, columns, x / GRID, y / GRID)
      const index = (y * widthPx + x) * 3
      lay(
        light,
        index,
        mix(dark[0], bright[0], lit),
        mix(dark[1], bright[1], lit),
        mix(dark[2], bright[2], lit),
        hidden,
      )
    }
  })
}

type Grid = { columns: number; rows: number; cover: Float32Array; shine: Float32Array }

function fill({ mood, noise, unitPx, chance, rows }: Easel, horizon: number, sun: Sun, grid: Grid): void {
  const drift = chance.between(0, 90)
  const floor = mix(0.3, -0.28, mood.clouds)
  const density = (x: number, y: number) => {
    const depth = 1.1 - y / horizon
    const across = (x - sun.x) / unitPx / (0.35 + depth) + drift
    const along = 1.5 / (0.22 + depth) + drift
    const bent = noise.cloud(across * 1.1, along * 1.3, 2)
    return noise.cloud(across * 1.25 + bent * 0.55, along * 1.7 - bent * 0.35, 5)
  }
  rows(0, grid.rows, row => {
    for (let column = 0; column < grid.columns; column++) {
      const x = column * GRID
      const y = row * GRID
      const here = density(x, y)
      const index = row * grid.columns + column
      const hidden = smooth(floor, floor + 0.5, here) * smooth(1, 0.86, y / horizon)
      grid.cover[index] = hidden * 0.92
      if (hidden < 0.01) continue
      const [dx, dy] = [(sun.x - x) / unitPx, (sun.y - y) / unitPx]
      const far = Math.hypot(dx, dy) + 0.001
      const towards = density(x + (dx / far) * unitPx * 0.04, y + (dy / far) * unitPx * 0.04)
      grid.shine[index] = clamp(0.42 + (here - towards) * 2.2 - (here - floor) * 0.45 + 0.45 / (1 + far * far * 8))
    }
  })
}

function between(grid: Float32Array, columns: number, x: number, y: number): number {
  const index = Math.floor(y) * columns + Math.floor(x)
  const u = x - Math.floor(x)
  const upper = mix(at(grid, index), at(grid, index + 1), u)
  return mix(upper, mix(at(grid, index + columns), at(grid, index + columns + 1), u), y - Math.floor(y))
}
