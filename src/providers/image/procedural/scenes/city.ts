// city: towers behind towers with their windows lit, spires and beams, and the wet street that doubles them.

import { dot } from '../brushes/stars.ts'
import { paintWater } from '../brushes/water.ts'
import { blend, hex, type Light, scaled } from '../colour.ts'
import { type Easel, lay, shine } from '../easel.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import type { Scene } from './contract.ts'
import { paintHeavens } from './mountains.ts'

const NEON: readonly [string, ...string[]] = ['#25e0ff', '#ff3fb4', '#8a5bff', '#ffb03a', '#4dffc3']

export const city: Scene = {
  name: 'city',
  stems:
    'city cityscape skyline urban street downtown building skyscraper tower metropolis cyberpunk stadt ville ciudad citt город 城 市 都 🌃 🏙 🌆 🌇',
  paint(easel) {
    const { heightPx, chance } = easel
    const quay = Math.round(heightPx * chance.between(0.76, 0.84))
    paintHeavens(easel, quay)
    const rows = 5
    for (let row = 0; row < rows; row++) {
      paintRow(easel, quay, row / (rows - 1))
      paintGlow(easel, quay, row / (rows - 1))
    }
    paintTraffic(easel, quay)
    paintWater(easel, quay, 0.6)
  },
}

function paintRow(easel: Easel, quay: number, near: number): void {
  const { chance, widthPx, unitPx, heightPx } = easel
  let x = -unitPx * chance.between(0, 0.08)
  while (x < widthPx) {
    const width = unitPx * chance.between(0.05, 0.12) * mix(0.75, 1.25, near)
    const centre = 1 - Math.abs((x + width / 2) / widthPx - 0.5) * 1.1
    const tall = heightPx * mix(0.82, 0.34, near) * (0.3 + 0.7 * chance.next() ** 1.4) * centre
    paintTower(easel, { x: Math.round(x), width: Math.round(width), tall, quay, near })
    x += width * chance.between(0.8, 1.25)
  }
}

type Tower = { x: number; width: number; tall: number; quay: number; near: number }

function paintTower(easel: Easel, tower: Tower): void {
  const { chance, mood, unitPx, noise } = easel
  const { x, width, tall, quay, near } = tower
  const futuristic = easel.words.says('futur futurist cyber cyberpunk neon sci scifi alien')
  const wall = blend(blend(mood.near, mood.tint('#1a2440'), 0.3), mood.air, (1 - near) ** 1.2 * 0.8)
  const isLit = mood.isDark || mood.time === 'sunset' || mood.time === 'storm'
  const window = { across: Math.max(2, Math.round(unitPx * 0.0065)), down: Math.max(3, Math.round(unitPx * 0.0105)) }
  const own = chance.between(0, 200)
  const share = chance.between(0.3, 0.62)
  const warm = mood.tint(chance.pick(['#ffcf87', '#ffe2b8', '#a8d8ff', '#ffb870']))
  const taper = futuristic ? chance.pick([0, 0.3, 0.55, 0.75]) : chance.pick([0, 0, 0, 0.2])
  const crown = chance.pick([0, 0.06, 0.12])
  const top = quay - tall
  easel.rows(top, quay, y => {
    const down = (y - top) / tall
    const narrow = 1 - taper * (1 - down) ** 1.6 - (down < crown ? 0.35 : 0)
    const half = (width / 2) * Math.max(0.12, narrow)
    const middle = x + width / 2
    for (
      let column = Math.max(0, Math.ceil(middle - half));
      column < Math.min(easel.widthPx, middle + half);
      column++
    ) {
      const index = (y * easel.widthPx + column) * 3
      const round = 0.75 + 0.5 * ((column - middle + half) / (2 * half))
      lay(easel.light, index, wall[0] * round, wall[1] * round, wall[2] * round, 1)
      const cell = [Math.floor((column - x) / window.across), Math.floor(y / window.down)] as const
      const isGlass = (column - x) % window.across < window.across * 0.62 && y % window.down < window.down * 0.55
      const luck =
        noise.at(cell[0] * 0.73 + own, cell[1] * 0.91 + own) * 0.7 +
        noise.at(cell[0] * 7.77 + own, cell[1] * 5.55) * 0.7 +
        0.5
      if (isGlass && luck < share)
        shine(easel.light, index, warm, (isLit ? 1.25 : 0.12) * mix(0.3, 1, near) * clamp(0.3 + luck))
    }
  })
  if (chance.next() < (futuristic ? 0.55 : 0.3))
    paintSpire(easel, x + width / 2, top, tall * chance.between(0.08, 0.25), wall)
  if (futuristic && isLit && chance.next() < 0.75) paintStrip(easel, tower, mood.tint(chance.pick(NEON)))
}

function paintSpire(easel: Easel, x: number, top: number, tall: number, wall: Light): void {
  easel.rows(top - tall, top + 2, y => {
    const half = Math.max(0.6, easel.unitPx * 0.004 * ((y - top + tall) / tall))
    for (let column = Math.floor(x - half); column <= x + half; column++)
      if (column >= 0 && column < easel.widthPx)
        lay(easel.light, (y * easel.widthPx + column) * 3, wall[0], wall[1], wall[2], 0.9)
  })
  if (easel.mood.isDark) dot(easel, x, top - tall, Math.max(0.8, easel.unitPx * 0.0028), hex('#ff3a2a'), 3)
}

/** A line of coloured light down a tower, or around it. */
function paintStrip(easel: Easel, { x, width, tall, quay, near }: Tower, colour: Light): void {
  const { chance, unitPx, widthPx, light } = easel
  const isUpright = chance.next() < 0.6
  const thick = Math.max(1, unitPx * 0.0042)
  const at = isUpright ? x + width * chance.between(0.25, 0.75) : quay - tall * chance.between(0.5, 0.9)
  easel.rows(isUpright ? quay - tall * 0.85 : at, isUpright ? quay : at + thick, y => {
    const from = isUpright ? at : x + width * 0.2
    for (
      let column = Math.max(0, Math.floor(from));
      column < Math.min(widthPx, isUpright ? at + thick : x + width * 0.8);
      column++
    )
      shine(light, (y * widthPx + column) * 3, colour, mix(1.1, 3.2, near))
  })
}

/** The light of the streets in the haze between two rows of towers. */
function paintGlow(easel: Easel, quay: number, near: number): void {
  const { mood, widthPx, light, unitPx, noise } = easel
  const street = mood.isDark ? blend(mood.tint('#ff5fa8'), mood.tint('#3f8fff'), 0.5) : mood.air
  const colour = scaled(street, mood.isDark ? 0.5 : 0.85)
  easel.rows(quay - unitPx * 0.5, quay, y => {
    const low = smooth(quay - unitPx * 0.5, quay, y) ** 2 * mix(0.34, 0.1, near) * (0.6 + mood.haze * 0.7)
    for (let x = 0; x < widthPx; x++)
      lay(
        light,
        (y * widthPx + x) * 3,
        colour[0],
        colour[1],
        colour[2],
        low * (0.75 + 0.5 * noise.at((x / unitPx) * 2.2, near * 9)),
      )
  })
}

/** Lights along the quay, and, where it is to be the future, lights in the air. */
function paintTraffic(easel: Easel, quay: number): void {
  const { chance, widthPx, unitPx, mood, heightPx, words } = easel
  const flying = words.says('futur futurist cyber cyberpunk sci scifi') ? 26 : 0
  for (let light = 0; light < flying; light++) {
    const colour = mood.tint(chance.pick(NEON))
    const [x, y] = [chance.next() * widthPx, heightPx * chance.between(0.25, 0.68)]
    for (let tail = 0; tail < 14; tail++)
      dot(easel, x + tail * unitPx * 0.0028, y, unitPx * 0.0022, colour, 1.1 * (1 - tail / 14) ** 2)
  }
  if (!mood.isDark) return
  for (let x = 0; x < widthPx; x += unitPx * 0.028)
    dot(easel, x, quay - unitPx * 0.006, unitPx * 0.003, mood.tint('#ffd9a0'), 1.6)
}
