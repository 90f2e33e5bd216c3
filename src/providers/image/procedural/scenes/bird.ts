// bird: an eagle with its wings spread, high over the mountains.

import { type Distance, ellipse, fill, limb, outline, type Points, polygon } from '../brushes/shapes.ts'
import { blend, type Light } from '../colour.ts'
import { type Easel, forFigure } from '../easel.ts'
import { clamp, mix, smooth } from '../numbers.ts'
import type { Scene } from './contract.ts'
import { paintChains, paintHeavens } from './mountains.ts'

export const bird: Scene = {
  name: 'bird',
  stems:
    'eagle bird hawk falcon raven crow gull condor vulture soar adler aigle águila vogel oiseau орёл птиц 鷹 鳥 鸟 🦅 🐦 🕊',
  paint(easel) {
    const { heightPx, widthPx, chance } = easel
    const horizon = heightPx * chance.between(0.68, 0.76)
    const sun = paintHeavens(easel, horizon)
    paintChains(easel, horizon, heightPx * 1.06, sun)
    const side = sun.x > widthPx / 2 ? -1 : 1
    paintEagle(
      forFigure(easel),
      side * 0.06 * chance.between(0, 1),
      (heightPx / Math.min(widthPx, heightPx)) * -0.14,
      0.42,
      side,
    )
  },
}

/** `side` 1 looks to the right. Sizes are of the length of a wing. */
function paintEagle(easel: Easel, x: number, y: number, size: number, side: number): void {
  const { mood, chance, noise } = easel
  const bank = chance.between(-0.2, -0.06)
  const [turnX, turnY] = [Math.cos(bank), Math.sin(bank)]
  const box = { left: x - size * 1.25, right: x + size * 1.25, top: y - size, bottom: y + size }
  // Every place of the picture, in the eagle's own measure.
  const own =
    (distance: Distance): Distance =>
    (px, py) => {
      const [dx, dy] = [((px - x) / size) * side, (py - y) / size]
      return distance(dx * turnX + dy * turnY, dy * turnX - dx * turnY) * size
    }
  const plume = blend(mood.tint('#2c1b12'), mood.near, 0.4)
  const warm = blend(mood.tint('#9c6a3c'), mood.lit, 0.35)
  const white = blend(mood.tint('#f3ead8'), mood.sun, 0.3)
  const draw = (distance: Distance, dark: Light, bright: Light, fine: number) =>
    fill(easel, box, own(distance), (px, py, inside, out) => {
      const [dx, dy] = [((px - x) / size) * side, (py - y) / size]
      const [along, down] = [Math.abs(dx * turnX + dy * turnY), dy * turnX - dx * turnY]
      // Long feathers fan out from above the shoulder; over their roots lie short ones.
      const fan = Math.atan2(along - 0.3, down + 0.62)
      const quill = Math.abs(Math.sin(fan * fine + noise.at(fan * 9, down * 3) * 0.5))
      const short = smooth(0.02, -0.1, down + 0.16 * along + noise.cloud(along * 22, down * 22, 2) * 0.05)
      const barb = noise.cloud(fan * 70, down * 9, 3) * 0.3
      const lit = clamp(
        0.16 + quill ** 0.6 * 0.28 + barb + short * 0.32 + Math.exp((-inside / size) * 40) * 0.3 - dy * 0.5,
      )
      for (let part = 0; part < 3; part++) out[part] = mix(dark[part] as number, bright[part] as number, lit)
    })
  draw(polygon(TAIL), blend(white, plume, 0.5), white, 24)
  draw(polygon(wing(-0.94)), blend(plume, mood.near, 0.4), warm, 24)
  draw(polygon(wing(1)), plume, warm, 24)
  draw(limb(-0.16, 0.1, 0.14, 0.02, 0.075, 0.085), plume, warm, 24)
  draw(limb(0.13, 0.015, 0.255, -0.03, 0.08, 0.056), blend(white, plume, 0.3), white, 24)
  draw(polygon(BEAK), mood.tint('#b8791a'), mood.tint('#ffc94a'), 24)
  draw(ellipse(0.268, -0.043, 0.011), mood.near, mood.near, 24)
}

const TAIL: Points = outline(
  '-0.1,0.05 -0.36,0.13 -0.45,0.2 -0.41,0.215 -0.43,0.26 -0.37,0.262 -0.36,0.295 -0.29,0.275 -0.08,0.14',
)
const BEAK: Points = outline('0.295,-0.07 0.345,-0.055 0.365,-0.02 0.352,0.006 0.34,-0.018 0.29,-0.01')

/** Shoulder, wrist, seven long fingers, and the scalloped edge back to the body. */
function wing(across: number): Points {
  const points = [...outline('0.1,0 0.26,-0.17 0.46,-0.27 0.66,-0.31')]
  const fingers = 7
  for (let finger = 0; finger < fingers; finger++) {
    const t = finger / (fingers - 1)
    const angle = mix(-0.52, 0.75, t)
    const long = mix(0.5, 0.3, Math.abs(t - 0.25) * 1.1)
    const [rootX, rootY] = [mix(0.68, 0.6, t), mix(-0.27, -0.08, t)]
    const [tipX, tipY] = [rootX + Math.cos(angle) * long, rootY + Math.sin(angle) * long]
    points.push([tipX - 0.05, tipY - 0.02], [tipX, tipY], [tipX - 0.045, tipY + 0.02])
    if (finger < fingers - 1)
      points.push([rootX + Math.cos(angle + 0.13) * long * 0.58, rootY + Math.sin(angle + 0.13) * long * 0.58])
  }
  for (let feather = 0; feather < 8; feather++) {
    const t = feather / 8
    const edge = 0.1 + 0.13 * Math.sin(t * 2.6)
    points.push([mix(0.62, -0.08, t), edge + 0.012], [mix(0.62, -0.08, t + 0.07), edge - 0.02])
  }
  points.push([-0.1, 0.09])
  return points.map(([x, y]) => [x * across, y] as const)
}
