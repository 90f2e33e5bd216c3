// owl: a portrait: two great eyes in their discs of fine feathers, and a wood out of focus behind.

import { paintBokeh } from '../brushes/bokeh.ts'
import { paintEye } from '../brushes/eye.ts'
import { feathered } from '../brushes/feathers.ts'
import { around, ellipse, fill, flat, outline, polygon } from '../brushes/shapes.ts'
import { solid } from '../brushes/solid.ts'
import { blend, type Light, pickLight, scaled } from '../colour.ts'
import { type Easel, forFigure } from '../easel.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import type { Scene } from './contract.ts'

export const owl: Scene = {
  name: 'owl',
  stems: 'owl eule hibou chouette búho buho lechuza gufo сова 梟 フクロウ 猫头鹰 🦉',
  paint(whole) {
    const easel = forFigure(whole)
    const { mood, chance } = easel
    const behind = blend(pickLight(mood.sky, 0.55), mood.near, 0.45)
    paintBokeh(easel, behind, blend(mood.near, mood.tint('#10261c'), 0.5), [mood.sun, mood.lit, mood.tint('#e0c070')])
    const coat = plumage(easel, chance.pick(['#8a5a32', '#9a6a3c', '#7d6a58', '#a8733a']))
    paintBody(easel, coat)
    paintHead(easel, coat)
    const iris = mood.tint(chance.pick(['#ffb01f', '#ff8a14', '#ffd23a']))
    for (const side of [-1, 1]) {
      paintDisc(easel, side, coat)
      paintEye(easel, side * 0.118, -0.125, 0.073, iris)
    }
    paintBrows(easel, coat)
    paintBeak(easel)
  },
}

type Plumage = { dark: Light; middle: Light; pale: Light; rim: Light }

function plumage({ mood }: Easel, written: string): Plumage {
  const middle = blend(mood.tint(written), mood.lit, 0.12)
  return {
    dark: blend(mood.tint('#2b1a10'), mood.near, 0.25),
    middle,
    pale: blend(mood.tint('#f1e2c4'), mood.sun, 0.15),
    rim: blend(mood.sun, mood.lit, 0.5),
  }
}

function paintBody({ noise, ...easel }: Easel, coat: Plumage): void {
  const edge = ellipse(0, 0.66, 0.47, 0.62)
  const body = (x: number, y: number) => edge(x, y) + noise.at(x * 30, y * 30) * 0.006
  const round = (x: number, y: number, inside: number) =>
    clamp(1.05 - Math.abs(x + 0.1) * 1.4) * (0.5 + 0.5 * smooth(0, 0.1, inside)) * mix(0.55, 1, smooth(0.1, 0.32, y)) +
    Math.exp(-inside * 38) * (x > 0 ? 0.9 : 0.25)
  fill({ noise, ...easel }, around(0, 0.66, 0.49, 0.64), body, feathered({ size: 0.075, ...coat }, noise, round))
}

function paintHead(easel: Easel, coat: Plumage): void {
  const { noise } = easel
  const round = (x: number, y: number, inside: number) =>
    (0.42 + 0.58 * smooth(0, 0.16, inside)) * clamp(1.05 - (x + 0.12) * 0.7 - (y + 0.2) * 0.6) +
    Math.exp(-inside * 45) * (x > 0 ? 0.8 : 0.25)
  for (const side of [-1, 1]) {
    const tuft = polygon(
      outline('0.11,-0.33 0.19,-0.415 0.26,-0.45 0.335,-0.49 0.33,-0.42 0.305,-0.31 0.27,-0.22 0.2,-0.2').map(
        ([x, y]) => [x * side, y] as const,
      ),
    )
    fill(
      easel,
      around(side * 0.22, -0.36, 0.16, 0.2),
      tuft,
      feathered({ size: 0.026, ...coat }, noise, (_x, _y, inside) => 0.5 + 4 * Math.min(0.06, inside)),
      1,
      0.012,
    )
  }
  const head = (x: number, y: number) => ellipse(0, -0.12, 0.335, 0.3)(x, y) + noise.at(x * 60, y * 60) * 0.004
  fill(easel, around(0, -0.12, 0.35, 0.32), head, feathered({ size: 0.038, ...coat }, noise, round), 1, 0.01)
}

/** The fine feathers that stand around an eye like rays. */
function paintDisc(easel: Easel, side: number, coat: Plumage): void {
  const { noise } = easel
  const [x, y, size] = [side * 0.128, -0.105, 0.168]
  const dark = scaled(coat.dark, 0.8)
  const disc = (px: number, py: number) =>
    ellipse(x, y, size, size * 1.08)(px, py) + noise.at(Math.atan2(py - y, px - x) * 22, side) * 0.006
  fill(
    easel,
    around(x, y, size * 1.15),
    disc,
    (px, py, _inside, out) => {
      const far = Math.hypot(px - x, (py - y) / 1.08) / size
      const angle = Math.atan2(py - y, px - x)
      const ray = noise.at(angle * 21 + side * 40, far * 2.4) * 0.5 + noise.at(angle * 47, far * 4 + side * 9) * 0.35
      const inner = (px - x) * side < 0 ? smooth(0.35, 1, (-(px - x) * side) / size) : 0
      const level = clamp(0.52 + ray * 0.55 + inner * 0.35 - smooth(0.52, 0.4, far) * 0.3)
      const ring = smooth(0.84, 0.99, far) * (1 - inner * 0.8)
      for (let part = 0; part < 3; part++) {
        const plume = mix(
          mix(dark[part] as number, coat.middle[part] as number, clamp(level * 2)),
          coat.pale[part] as number,
          clamp(level * 1.6 - 0.55),
        )
        out[part] = mix(plume, dark[part] as number, ring * 0.85) * (1.02 - 0.25 * (px + 0.2))
      }
    },
    1,
    0.012,
  )
}

function paintBrows(easel: Easel, coat: Plumage): void {
  const { noise } = easel
  for (const side of [-1, 1]) {
    const brow = polygon(
      outline('0.004,-0.02 0.03,-0.13 0.1,-0.215 0.25,-0.315 0.17,-0.225 0.075,-0.15 0.035,-0.06').map(
        ([x, y]) => [x * side, y] as const,
      ),
    )
    const hairy = (x: number, y: number) => brow(x, y) + noise.at(x * 70, y * 30) * 0.008
    fill(
      easel,
      around(side * 0.125, -0.17, 0.15, 0.17),
      hairy,
      (x, y, inside, out) => {
        const hair = 0.78 + noise.at((x * side - y) * 24, (x * side + y) * 110) * 0.4
        for (let part = 0; part < 3; part++)
          out[part] = mix(coat.middle[part] as number, coat.pale[part] as number, smooth(-0.002, 0.014, inside)) * hair
      },
      1,
      0.006,
    )
  }
}

function paintBeak(easel: Easel): void {
  const { mood } = easel
  const colour = blend(mood.tint('#4a3f38'), mood.near, 0.2)
  const shadow = ellipse(0, 0.05, 0.06, 0.085)
  fill(easel, around(0, 0.05, 0.08, 0.1), shadow, flat(scaled(mood.near, 0.6)), 0.5, 0.05)
  const beak = polygon(
    outline('-0.034,-0.04 0,-0.055 0.034,-0.04 0.043,0.0 0.03,0.05 0.008,0.1 0,0.108 -0.008,0.1 -0.03,0.05 -0.043,0'),
  )
  fill(
    easel,
    around(0, 0.03, 0.06, 0.09),
    beak,
    solid(beak, 0.04, scaled(colour, 1.6), { rim: mood.sun, rimStrength: 0.4, gloss: 0.8 }),
  )
}
