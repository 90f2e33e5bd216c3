// google-directory: what Google's checker asks of the items of a Container Directory.
import { error, type Problem } from './contract.ts'
import type { Item } from './declaration.ts'
import { quoted, wholeNumber } from './whole-number.ts'

const PICTURES = ['image/jpeg', 'image/heic', 'image/avif']
// A video box has a head of eight bytes, which is the padding of the picture before it.
const BOX_HEAD_BYTES = 8

export function directoryProblems(items: readonly Item[], format: 'jpeg' | 'heif'): Problem[] {
  return [...orderProblems(items), ...items.flatMap(itemProblems), ...paddingProblems(items, format)]
}

export function paddingOf(items: readonly Item[]): number {
  return wholeNumber(items[0]?.get('Padding')) ?? 0
}

function orderProblems(items: readonly Item[]): Problem[] {
  const order = items.map(item => item.get('Semantic') ?? '?')
  if (ORDERS.includes(order.join())) return []
  return [
    error(`The items must be Primary, MotionPhoto, or Primary, GainMap, MotionPhoto: ${quoted(order.join(', '))}`),
  ]
}

const ORDERS = ['Primary,MotionPhoto', 'Primary,GainMap,MotionPhoto']

function itemProblems(item: Item, index: number): Problem[] {
  const [mime, semantic, told] = ['Mime', 'Semantic', 'Length'].map(name => item.get(name))
  const length = wholeNumber(told)
  const right = semantic === 'MotionPhoto' ? mime === 'video/mp4' : mime !== undefined && PICTURES.includes(mime)
  const named = `The item ${quoted(semantic)}`
  return [
    ...(right ? [] : [error(`${named} has a Mime that is not allowed: ${quoted(mime)}`)]),
    ...(index === 0 && told !== undefined && length !== 0 ? [error(`${named} must not have a Length`)] : []),
    ...(index > 0 && (length === undefined || length < 0) ? [error(`${named} has no Length: ${quoted(told)}`)] : []),
    ...(index > 0 && item.has('Padding') && wholeNumber(item.get('Padding')) !== 0
      ? [error('Only the first item may have a Padding')]
      : []),
  ]
}

function paddingProblems(items: readonly Item[], format: 'jpeg' | 'heif'): Problem[] {
  const told = items[0]?.get('Padding')
  const padding = wholeNumber(told)
  if (told !== undefined && (padding === undefined || padding < 0)) return [error(`The Padding is ${quoted(told)}`)]
  if (format === 'jpeg' || padding === BOX_HEAD_BYTES) return []
  return [error(`The Padding must be 8, for the head of the video's box, and is ${quoted(told)}`)]
}
