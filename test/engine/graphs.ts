// graphs: makes random graphs that are valid and possible for given sources, for property tests.
import fc from 'fast-check'
import type { Operation, Output, Spec } from './spec-plan.ts'

/** What the generator has to know of a stream to ask for nothing impossible. */
export type Stock = {
  readonly id: string
  readonly video: boolean
  readonly audio: boolean
  readonly picture?: boolean
  readonly seconds: number
}

type Dice = {
  /** A whole number below this one. */
  upTo(limit: number): number
  pick<Item>(items: readonly Item[]): Item
}
type Move = (dice: Dice, stock: readonly Stock[], output: string) => { operation: Operation; made: Stock } | undefined

/** Valid specs of up to ten operations and four outputs over these sources. */
export function graphs(sources: readonly Stock[]): fc.Arbitrary<Spec> {
  const dice = fc.array(fc.nat(), { minLength: 8, maxLength: 120 })
  return fc
    .tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 4 }), dice)
    .map(([most, outputs, rolls]) => {
      return build(sources, most, outputs, throwing(rolls))
    })
}

function throwing(rolls: readonly number[]): Dice {
  let next = 0
  const upTo = (limit: number) => (rolls[next++ % rolls.length] ?? 0) % limit
  return { upTo, pick: items => items[upTo(items.length)] as (typeof items)[number] }
}

function build(sources: readonly Stock[], most: number, outputs: number, dice: Dice): Spec {
  const stock = [...sources]
  const operations: Operation[] = []
  for (let index = 0; index < most; index++) {
    const move = dice.pick(MOVES)(dice, stock, `op${index}`)
    if (!move) continue
    operations.push(move.operation)
    stock.push(move.made)
  }
  const made = Array.from({ length: outputs }, (_, index) => output(dice, stock, index))
  const { inputs, kept } = needed(sources, operations, made)
  return { inputs: inputs.map(({ id }) => ({ id, source: `${id}.file` })), operations: kept, outputs: made }
}

// Times are tenths of seconds, the frames of the sources; whatever begins must begin before the end.
const MOVES: readonly Move[] = [
  function trim(dice, stock, output) {
    const from = one(dice, stock, ({ picture, seconds }) => !picture && seconds >= 0.4)
    if (!from) return undefined
    const start = dice.upTo(Math.floor(from.seconds * 10) - 2) / 10
    const most = from.seconds - start
    const duration = Math.min(most, 0.2 + dice.upTo(10) / 10)
    const params = dice.pick([{ start, duration }, { start, end: start + duration }, { duration: start + duration }])
    const seconds = 'start' in params ? duration : start + duration
    return { operation: { op: 'trim', input: from.id, output, params }, made: { ...from, id: output, seconds } }
  },
  function scale(dice, stock, output) {
    const from = one(dice, stock, ({ video }) => video)
    if (!from) return undefined
    const [width, height] = [16 + 2 * dice.upTo(40), 16 + 2 * dice.upTo(30)]
    const fit = dice.pick(['contain', 'cover', 'stretch', 'pad'])
    const params = dice.pick([{ width }, { height }, { width, height, fit }, { width, height }])
    return { operation: { op: 'scale', input: from.id, output, params }, made: { ...from, id: output } }
  },
  function concat(dice, stock, output) {
    const first = one(dice, stock, ({ picture }) => !picture)
    if (!first) return undefined
    const alike = stock.filter(({ picture, video, seconds }) => !picture && video === first.video && seconds < 3)
    const others = Array.from({ length: 1 + dice.upTo(2) }, () => dice.pick(alike)).filter(item => item !== undefined)
    if (others.length === 0) return undefined
    const parts = [first, ...others]
    const made = {
      id: output,
      video: first.video,
      audio: parts.some(({ audio }) => audio),
      seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0) - 0.1,
    }
    return { operation: { op: 'concat', inputs: parts.map(({ id }) => id), output }, made }
  },
  function overlay(dice, stock, output) {
    const base = one(dice, stock, ({ video, picture }) => video && !picture)
    const top = one(dice, stock, ({ video }) => video)
    if (!base || !top) return undefined
    const start = dice.upTo(Math.max(1, Math.floor(base.seconds * 10) - 2)) / 10
    const place = dice.pick([{}, { position: 'center' }, { position: 'bottom-right', margin: 2 }, { x: 3, y: -5 }])
    const params = {
      ...place,
      ...dice.pick([{}, { start }, { start, end: start + 0.5 }]),
      ...dice.pick([{}, { opacity: 0.4 }]),
    }
    return { operation: { op: 'overlay', inputs: [base.id, top.id], output, params }, made: { ...base, id: output } }
  },
  function volume(dice, stock, output) {
    const from = one(dice, stock, ({ audio }) => audio)
    if (!from) return undefined
    const params = dice.pick([{ level: dice.upTo(17) }, { gain_db: dice.upTo(100) - 76 }])
    return { operation: { op: 'volume', input: from.id, output, params }, made: { ...from, id: output } }
  },
  function fps(dice, stock, output) {
    const from = one(dice, stock, ({ video, picture }) => video && !picture)
    if (!from) return undefined
    const params = { fps: dice.pick([5, 12, 25, 29.97, '30000/1001', 48]) }
    return { operation: { op: 'fps', input: from.id, output, params }, made: { ...from, id: output } }
  },
]

function one(dice: Dice, stock: readonly Stock[], fits: (item: Stock) => boolean): Stock | undefined {
  return dice.pick(stock.filter(fits))
}

function output(dice: Dice, stock: readonly Stock[], index: number): Output {
  const from = dice.pick(stock.filter(({ picture }) => !picture)) as Stock
  const ending = dice.pick([
    ...(from.video ? ['mp4', 'mov', 'mkv', 'ts', 'webm'] : []),
    ...(from.audio ? ['m4a', 'mp3', 'flac', 'wav', 'ogg', 'opus', 'aac'] : []),
  ])
  const videos = VIDEOS[ending]
  const video = from.video && videos ? dice.pick([undefined, ...videos]) : undefined
  return { id: from.id, destination: `made${index}.${ending}`, ...(video && { codec: { video } }) }
}

const X264 = [{ codec: 'libx264', preset: 'ultrafast' }, { crf: 30, preset: 'veryfast' }, { bitrate: '200k' }]
const VIDEOS: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  mp4: X264,
  mov: X264,
  mkv: X264,
  ts: X264,
}

// Of the operations those that an output needs, so that nothing is left out.
function needed(sources: readonly Stock[], operations: readonly Operation[], outputs: readonly Output[]) {
  const wanted = new Set(outputs.map(({ id }) => id))
  for (const { output, input, inputs = [] } of operations.toReversed())
    if (wanted.has(output)) for (const id of [...(input ? [input] : []), ...inputs]) wanted.add(id)
  return {
    inputs: sources.filter(({ id }) => wanted.has(id)),
    kept: operations.filter(({ output }) => wanted.has(output)),
  }
}
