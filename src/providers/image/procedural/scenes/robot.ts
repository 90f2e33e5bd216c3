// robot: a friendly machine in its laboratory, between screens and tanks that glow.

import { paintLaboratory } from '../brushes/laboratory.ts'
import { around, type Box, type Distance, ellipse, fill, flat, limb, roundBox } from '../brushes/shapes.ts'
import { type Lamp, solid } from '../brushes/solid.ts'
import { blend, type Light, scaled } from '../colour.ts'
import { type Easel, forFigure } from '../easel.ts'
import type { Scene } from './contract.ts'

export const robot: Scene = {
  name: 'robot',
  stems: 'robot android cyborg droid machine mech laborator lab ai roboter робот ロボット 机器 🤖',
  paint(whole) {
    const easel = forFigure(whole)
    const { mood, chance } = easel
    const glow = mood.tint(chance.pick(['#20e0ff', '#2fb8ff', '#38ffc0', '#ff9a3c']))
    paintLaboratory(easel, glow)
    const shell = mood.tint(chance.pick(['#d9e2ea', '#c9d3dc', '#e8dccb', '#f0b54a', '#9fb8c9']))
    paintRobot(easel, {
      shell,
      joint: mood.tint('#2a3340'),
      glow,
      tilt: chance.between(-0.04, 0.04),
      wave: chance.next() < 0.5,
      wide: chance.between(0.15, 0.2),
      corner: chance.pick([0.05, 0.095, 0.125]),
    })
  },
}

type Look = { shell: Light; joint: Light; glow: Light; tilt: number; wave: boolean; wide: number; corner: number }

function paintRobot(easel: Easel, look: Look): void {
  const lamp: Lamp = { rim: look.glow, rimStrength: 0.9, gloss: 0.7 }
  const part = (box: Box, distance: Distance, bevel: number, colour: Light) =>
    fill(easel, box, distance, solid(distance, bevel, colour, lamp))
  const shadow = ellipse(0, 0.45, 0.3, 0.035)
  fill(easel, around(0, 0.45, 0.4, 0.1), shadow, flat([0.002, 0.003, 0.006]), 0.75, 0.06)
  for (const side of [-1, 1]) {
    const bone = (ax: number, ay: number, bx: number, by: number, from: number, to: number, colour: Light) =>
      part(
        around(side * 0.25, 0.15, 0.3, 0.45),
        limb(side * ax, ay, side * bx, by, from, to),
        Math.max(from, to),
        colour,
      )
    bone(0.085, 0.26, 0.09, 0.4, 0.04, 0.034, look.joint)
    bone(0.09, 0.36, 0.093, 0.415, 0.05, 0.058, look.shell)
    bone(0.07, 0.437, 0.125, 0.437, 0.03, 0.036, look.joint)
    const isUp = look.wave && side === 1
    const [handX, handY] = isUp ? [0.36, -0.16] : [0.31, 0.27]
    bone(0.2, 0.04, 0.28, 0.13, 0.034, 0.03, look.joint)
    bone(0.285, 0.125, handX, handY, 0.045, 0.036, look.shell)
    bone(handX, handY, handX + 0.004, handY + (isUp ? -0.035 : 0.035), 0.03, 0.034, look.joint)
    for (const finger of [-0.03, 0, 0.03])
      bone(
        handX + finger * 0.8,
        handY + (isUp ? -0.05 : 0.05),
        handX + finger * 1.3,
        handY + (isUp ? -0.095 : 0.092),
        0.013,
        0.01,
        look.shell,
      )
    part(around(side * 0.2, 0.03, 0.08), ellipse(side * 0.195, 0.03, 0.064), 0.064, look.shell)
  }
  paintTorso(look, part)
  paintCore(easel, look.glow)
  paintHead(easel, look, part)
}

type Part = (box: Box, distance: Distance, bevel: number, colour: Light) => void

function paintTorso({ shell, joint }: Look, part: Part): void {
  part(around(0, -0.06, 0.06), limb(0, -0.1, 0, -0.02, 0.036), 0.036, joint)
  part(around(0, 0.24, 0.16, 0.08), roundBox(0, 0.24, 0.12, 0.055, 0.05), 0.05, joint)
  const chest: Distance = (x, y) => roundBox(0, 0.105, 0.172 - (y - 0.1) * 0.28, 0.135, 0.07)(x, y)
  part(around(0, 0.105, 0.25, 0.16), chest, 0.085, shell)
  for (const side of [-1, 1])
    part(around(side * 0.1, 0.19, 0.05, 0.03), limb(side * 0.075, 0.195, side * 0.115, 0.185, 0.006), 0.006, joint)
}

/** The light in its chest. */
function paintCore(easel: Easel, glow: Light): void {
  fill(easel, around(0, 0.09, 0.1), ellipse(0, 0.09, 0.062), flat([0.01, 0.014, 0.02]))
  fill(easel, around(0, 0.09, 0.1), ellipse(0, 0.09, 0.046), flat(scaled(glow, 0.6)), 1, 0.012)
  const ring: Distance = (x, y) => Math.abs(Math.hypot(x, y - 0.09) - 0.04) - 0.005
  fill(easel, around(0, 0.09, 0.1), ring, flat(scaled(blend(glow, [1, 1, 1], 0.3), 2.2)), 1, 0.004)
  fill(easel, around(0, 0.09, 0.1), ellipse(0, 0.09, 0.016), flat(scaled(blend(glow, [1, 1, 1], 0.6), 3)), 1, 0.012)
}

function paintHead(easel: Easel, { shell, joint, glow, tilt, wide, corner }: Look, part: Part): void {
  const [x, y] = [tilt, -0.225]
  for (const side of [-1, 1]) {
    const ear = x + side * wide
    part(around(ear, y, 0.06, 0.08), roundBox(ear, y, 0.03, 0.05, 0.025), 0.03, joint)
    const aerial = limb(ear + side * 0.02, y, ear + side * 0.03, y - 0.13, 0.008, 0.005)
    part(around(ear + side * 0.03, y - 0.08, 0.03, 0.12), aerial, 0.008, shell)
    const tip = ellipse(ear + side * 0.031, y - 0.14, 0.011)
    fill(easel, around(ear + side * 0.031, y - 0.14, 0.03), tip, flat(scaled(glow, 2.4)), 1, 0.006)
  }
  part(around(x, y, wide + 0.01, 0.16), roundBox(x, y, wide, 0.13, corner), 0.1, shell)
  const frame = roundBox(x, y + 0.008, wide - 0.035, 0.088, corner * 0.75)
  fill(easel, around(x, y, wide, 0.1), frame, flat(scaled(joint, 0.6)))
  const visor = roundBox(x, y + 0.008, wide - 0.045, 0.078, corner * 0.68)
  part(around(x, y, wide, 0.1), visor, 0.05, [0.012, 0.016, 0.026])
  paintFace(easel, x, y, wide * 0.335, glow)
}

function paintFace(easel: Easel, x: number, y: number, apart: number, glow: Light): void {
  for (const side of [-1, 1]) {
    const [eyeX, eyeY] = [x + side * apart, y + 0.005]
    fill(easel, around(eyeX, eyeY, 0.06), ellipse(eyeX, eyeY, 0.034, 0.04), flat(scaled(glow, 0.7)), 0.9, 0.02)
    const bright = flat(scaled(blend(glow, [1, 1, 1], 0.45), 2.6))
    fill(easel, around(eyeX, eyeY, 0.05), ellipse(eyeX, eyeY, 0.021, 0.027), bright, 1, 0.006)
  }
  const gleam = limb(x - 0.1, y - 0.04, x - 0.02, y - 0.052, 0.006, 0.003)
  fill(easel, around(x - 0.06, y - 0.05, 0.08, 0.03), gleam, flat([0.7, 0.8, 0.9]), 0.35, 0.008)
}
