// frames: when each frame of the preview is shown, read from the index of its MP4 (ISO/IEC 14496-12): exact, at any rate.

/** When each frame begins, in seconds, in order: whole milliseconds at which it is surely on the screen. */
export type Frames = readonly number[]

/** Where the index cannot be read, steps so small that no frame of fifty a second is passed over. */
export async function readFrames(url: string, durationS: number, signal: AbortSignal): Promise<Frames> {
  const times = await readIndex(url, signal)
    .then(timesIn)
    .catch(() => [])
  if (times.length > 0) return times
  return Array.from({ length: Math.ceil(durationS * 50) }, (_, index) => index / 50)
}

/** Where the frame begins that is so many frames from the one at a time; beyond the last one, infinity. */
export function stepFrom(frames: Frames, atS: number, by: number): number {
  const shown = frames.findLastIndex(time => time <= atS + TINY_S)
  return frames[Math.max(0, shown + by)] ?? Number.POSITIVE_INFINITY
}

const TINY_S = 1e-6
// What a preview of an hour needs is below a megabyte.
const MOST_BYTES = 32 * 1024 * 1024

/** The box `moov`, without its head. The server puts it in front of the pictures. */
async function readIndex(url: string, signal: AbortSignal): Promise<DataView> {
  let fromByte = 0
  for (;;) {
    const head = await readBytes(url, fromByte, 16, signal)
    const [size, type] = [head.getUint32(0), head.getUint32(4)]
    if (size < 8) throw new TypeError('No index')
    if (type === nameOf('moov') && size <= MOST_BYTES) return await readBytes(url, fromByte + 8, size - 8, signal)
    fromByte += size
  }
}

async function readBytes(url: string, from: number, length: number, signal: AbortSignal): Promise<DataView> {
  const answer = await fetch(url, { headers: { range: `bytes=${from}-${from + length - 1}` }, signal })
  if (answer.status !== 206) throw new TypeError('No part')
  return new DataView(await answer.arrayBuffer())
}

/** The times of the frames of the first picture track. */
export function timesIn(moov: DataView): number[] {
  for (const trak of boxes(moov, 'trak')) {
    const mdia = box(trak, 'mdia')
    if (box(mdia, 'hdlr').getUint32(8) !== nameOf('vide')) continue
    const mdhd = box(mdia, 'mdhd')
    const scale = mdhd.getUint32(mdhd.getUint8(0) === 1 ? 20 : 12)
    const shiftS = shiftOf(trak, scale, movieScale(moov))
    const stbl = box(box(mdia, 'minf'), 'stbl')
    const offsets = offsetsIn(boxes(stbl, 'ctts')[0])
    const shown = decodeTimesIn(box(stbl, 'stts')).map((time, index) => (time + (offsets[index] ?? 0)) / scale + shiftS)
    return shown
      .filter(time => time > -TINY_S)
      .sort((a, b) => a - b)
      .map(time => Math.ceil((time - TINY_S) * 1000) / 1000)
  }
  return []
}

function decodeTimesIn(stts: DataView): number[] {
  let time = 0
  return rows(stts).flatMap(([count, delta]) =>
    Array.from({ length: count }, () => {
      time += delta
      return time - delta
    }),
  )
}

// As most writers do, signed also where the version says that they are not.
function offsetsIn(ctts: DataView | undefined): number[] {
  if (!ctts) return []
  return rows(ctts).flatMap(([count, offset]) => Array.from({ length: count }, () => offset | 0))
}

function rows(table: DataView): [count: number, value: number][] {
  return Array.from({ length: table.getUint32(4) }, (_, row) => [
    table.getUint32(8 + row * 8),
    table.getUint32(12 + row * 8),
  ])
}

// An edit of nothing delays the picture; the first of something says at which of its times it begins.
function shiftOf(trak: DataView, scale: number, movie: number): number {
  const [elst] = boxes(trak, 'edts').flatMap(edts => boxes(edts, 'elst'))
  if (!elst) return 0
  const isWide = elst.getUint8(0) === 1
  let delayS = 0
  for (let row = 0; row < elst.getUint32(4); row += 1) {
    const at = 8 + row * (isWide ? 20 : 12)
    const lasts = isWide ? Number(elst.getBigUint64(at)) : elst.getUint32(at)
    const from = isWide ? Number(elst.getBigInt64(at + 8)) : elst.getInt32(at + 4)
    if (from >= 0) return delayS - from / scale
    delayS += lasts / movie
  }
  return delayS
}

function movieScale(moov: DataView): number {
  const mvhd = box(moov, 'mvhd')
  return mvhd.getUint32(mvhd.getUint8(0) === 1 ? 20 : 12)
}

function box(within: DataView, name: string): DataView {
  const [found] = boxes(within, name)
  if (!found) throw new TypeError(`No ${name}`)
  return found
}

/** The boxes of this name, without their heads. */
function boxes(within: DataView, name: string): DataView[] {
  const found: DataView[] = []
  for (let at = 0; at + 8 <= within.byteLength; ) {
    const size = within.getUint32(at)
    if (size < 8) break
    if (within.getUint32(at + 4) === nameOf(name))
      found.push(new DataView(within.buffer, within.byteOffset + at + 8, size - 8))
    at += size
  }
  return found
}

function nameOf(name: string): number {
  return [...name].reduce((code, letter) => code * 256 + letter.charCodeAt(0), 0)
}
