// still: of what was delivered, the one picture that was ordered: the first of an animation, and nothing that stands behind it.
import { writeFile } from 'node:fs/promises'
import { isPng, readPng, writePng } from '../containers/png.ts'
import { chunksIn, extension, isWebp, readWebp, WEBP_FLAGS, type WebpChunk, writeWebp } from '../containers/webp.ts'
import type { Delivered } from './fetch.ts'
import { withoutTail } from './tail.ts'

/** What is one picture stays as it is; so does what nobody can read. */
export async function asStill(delivered: Delivered): Promise<Delivered> {
  const whole = withoutTail(delivered.bytes)
  const first = firstPicture(whole)
  const bytes = first ?? whole
  if (bytes === delivered.bytes) return delivered
  await writeFile(delivered.file, bytes)
  return { ...delivered, bytes, ...(first && { takenFrom: 'animation' }) }
}

/** Undefined for what does not move, and where the first picture is not a whole one. */
function firstPicture(bytes: Buffer): Buffer | undefined {
  try {
    if (isPng(bytes)) return firstOfPng(bytes)
    return isWebp(bytes) ? firstOfWebp(bytes) : undefined
  } catch {
    return undefined
  }
}

// What APNG has besides a PNG (W3C PNG, third edition, 11.3.6).
const ANIMATION = ['acTL', 'fcTL', 'fdAT']

function firstOfPng(bytes: Buffer): Buffer | undefined {
  const chunks = readPng(bytes)
  const still = chunks.filter(({ type }) => !ANIMATION.includes(type))
  return still.length === chunks.length ? undefined : writePng(still, [])
}

// RFC 9649, 2.7.1.1: x and y in steps of two pixels, width and height, how long, how it is blended; then a picture's chunks.
function firstOfWebp(bytes: Buffer): Buffer | undefined {
  const chunks = readWebp(bytes)
  const canvas = chunks.find(({ type }) => type === 'VP8X')?.data
  const frame = chunks.find(({ type }) => type === 'ANMF')?.data
  if (!canvas || !frame) return undefined
  const [x, y, right, bottom] = [0, 3, 6, 9].map(at => frame.readUIntLE(at, 3))
  const isWhole = x === 0 && y === 0 && right === canvas.readUIntLE(4, 3) && bottom === canvas.readUIntLE(7, 3)
  if (!isWhole || right === undefined || bottom === undefined) return undefined
  const picture = chunksIn(frame.subarray(16)).filter(({ type }) => ['ALPH', 'VP8 ', 'VP8L'].includes(type))
  const profile = chunks.filter(({ type }) => type === 'ICCP')
  const flags = alphaFlag(canvas, picture) | (profile.length > 0 ? WEBP_FLAGS.profile : 0)
  const data = extension({ widthPx: right + 1, heightPx: bottom + 1, flags })
  return writeWebp([{ type: 'VP8X', data }, ...profile, ...picture])
}

function alphaFlag(canvas: Buffer, picture: readonly WebpChunk[]): number {
  const isLossy = picture.some(({ type }) => type === 'VP8 ')
  const hasAlpha = isLossy ? picture.some(({ type }) => type === 'ALPH') : ((canvas[0] ?? 0) & WEBP_FLAGS.alpha) !== 0
  return hasAlpha ? WEBP_FLAGS.alpha : 0
}
