// reeds: blades of grass at the near bank, bent by the wind, dark against the light.
import { blend } from '../colour.ts'
import { type Easel, lay } from '../easel.ts'
import { clamp } from '../numbers.ts'

export function paintReeds(easel: Easel): void {
  const { chance, widthPx, heightPx, unitPx, mood } = easel
  const colour = blend(mood.near, mood.tint('#12301c'), 0.5)
  const wind = chance.between(-0.35, 0.35)
  const corner = chance.next() < 0.5 ? 0 : widthPx
  for (let blade = 0; blade < (90 * widthPx) / unitPx; blade++) {
    const off = chance.next() ** 1.8 * widthPx * 0.5
    const x = corner === 0 ? off : widthPx - off
    const tall = unitPx * 0.26 * chance.between(0.35, 1) * (1 - (off / widthPx) * 1.5)
    const bend = (wind + chance.between(-0.18, 0.18)) * tall
    const thick = unitPx * 0.0032 * chance.between(0.6, 1.2)
    easel.rows(heightPx - tall, heightPx, y => {
      const up = (heightPx - y) / tall
      const middle = x + bend * up * up
      const half = thick * (1.1 - up) + 0.25
      for (let column = Math.floor(middle - half); column <= middle + half + 1; column++)
        if (column >= 0 && column < widthPx)
          lay(
            easel.light,
            (y * widthPx + column) * 3,
            colour[0],
            colour[1],
            colour[2],
            clamp(half + 0.5 - Math.abs(column - middle)),
          )
    })
  }
}
