// mood: the hour, the weather and the colours that the words of a prompt ask for; what they leave open falls by chance.
import { hex, type Light, type Ramp, ramp, turned } from './colour.ts'
import { mix } from './numbers.ts'
import { type Chance, openChance } from './random.ts'
import { TIMES, type TimeName } from './times.ts'
import type { Words } from './words.ts'

export type Mood = {
  readonly time: TimeName
  /** From its height down to the horizon. */
  readonly sky: Ramp
  readonly sun: Light
  readonly lit: Light
  readonly air: Light
  readonly near: Light
  readonly sunHeight: number
  readonly isDark: boolean
  /** Each 0 to 1. */
  readonly stars: number
  readonly haze: number
  readonly clouds: number
  readonly snow: number
  /** A colour of the painter's, brought into the colours that the prompt asks for. */
  tint(written: string): Light
}

const HOURS: readonly (readonly [TimeName, string])[] = [
  ['sunset', 'sunset sonnenuntergang coucher atardecer tramonto закат 夕日 夕焼 日落 🌅 🌇'],
  ['dusk', 'dusk twilight dämmerung crepuscul aurora 🌆'],
  ['dawn', 'dawn sunrise morning daybreak aube amanecer рассвет 朝 日出 🌄'],
  ['golden', 'golden gold warm autumn fall herbst automne 🍂'],
  ['storm', 'storm thunder rain gloomy grim dramatic gewitter orage 雨 ⛈ 🌧'],
  ['night', 'night midnight nacht nuit noche notte ночь moon starry stars neon cyber cyberpunk dark 夜 🌙 🌃 🌌'],
  ['day', 'day noon sunny bright summer clear blue sommer 昼 ☀'],
]

// Hues in turns of OKLab.
const COLOURS: readonly (readonly [hue: number, stems: string])[] = [
  [0.71, 'blue azure cobalt indigo navy blau bleu azul синий 青 蓝 🔵'],
  [0.07, 'red crimson scarlet ruby rot rouge rojo красн 赤 红 🔴'],
  [0.19, 'gold golden oro 金'],
  [0.14, 'orange amber copper rust 🟠'],
  [0.27, 'yellow gelb jaune amarillo 黄 🟡'],
  [0.4, 'green emerald lime olive grün vert verde зелен 緑 绿 🟢'],
  [0.54, 'teal turquoise cyan aqua mint türkis'],
  [0.84, 'purple violet lavender lilac lila morado 紫 🟣'],
  [0.97, 'pink magenta rose rosa fuchsia 桃 粉'],
]

export function readMood(words: Words, chance: Chance): Mood {
  const time =
    HOURS.find(([, stems]) => words.says(stems))?.[0] ?? chance.pick(['dawn', 'golden', 'sunset', 'dusk', 'day'])
  const hour = TIMES[time]
  const tint = tinting(words)
  const says = (stems: string, yes: number, no: number) => (words.says(stems) ? yes : no)
  return {
    time,
    tint,
    sky: ramp(hour.sky.map(tint)),
    sun: tint(hour.sun),
    lit: tint(hour.lit),
    air: tint(hour.air),
    near: tint(hour.near),
    sunHeight: chance.between(...hour.height),
    isDark: time === 'night' || time === 'dusk',
    stars: says('star starry galax cosmic milky 星 🌌 ✨', 1, hour.stars),
    haze: says(
      'mist misty fog foggy haze nebel brume 霧 雾 🌫',
      1,
      says('clear crisp sharp', 0.15, chance.between(0.3, 0.6)),
    ),
    clouds: says('cloud storm wolke nuage 雲 ☁', 0.85, says('clear cloudless', 0.1, chance.between(0.3, 0.65))),
    snow: says('snow winter ice frost frozen arctic schnee neige nieve снег 雪 ❄ ☃', 1, 0),
  }
}

/** Brings a colour towards the colours that are named (dark ones to the first, light ones to the last), and to the mood. */
function tinting(words: Words): (written: string) => Light {
  const hues = COLOURS.filter(([, stems]) => words.says(stems)).map(([hue]) => hue)
  const own = openChance(words.prompt, 0)
  const drift = own.between(-0.025, 0.025)
  let strength = own.between(0.94, 1.1)
  if (words.says('vibrant vivid colorful colourful neon psychedelic bunt')) strength *= 1.22
  if (words.says('pastel soft muted gentle misty foggy serene calm')) strength *= 0.84
  if (words.says('monochrome grayscale greyscale noir')) strength *= 0.06
  const lift = words.says('pastel soft light bright') ? 0.12 : words.says('dark moody noir gothic') ? -0.1 : 0
  return written =>
    turned(hex(written), (lightness, chroma, hue) => {
      const wanted = hues[Math.min(hues.length - 1, Math.floor(lightness * 1.2 * hues.length))]
      const full = lift > 0 ? mix(lightness, 1, lift) : lightness * (1 + lift)
      if (wanted === undefined) return [full, chroma * strength, hue + drift]
      return [full, Math.max(chroma, 0.05) * strength, towards(hue, wanted)]
    })
}

/** Three quarters of the way across the circle of hues, not along it: blue on its way to gold does not turn green. */
function towards(hue: number, wanted: number): number {
  const [from, to] = [hue * 2 * Math.PI, wanted * 2 * Math.PI]
  return Math.atan2(mix(Math.sin(from), Math.sin(to), 0.75), mix(Math.cos(from), Math.cos(to), 0.75)) / (2 * Math.PI)
}
