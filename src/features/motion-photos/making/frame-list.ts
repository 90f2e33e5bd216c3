// frame-list: the times of frames, as ffmpeg's framecrc lists them, and which of them is on the screen.
import { readFile } from 'node:fs/promises'
import type { Micros } from '../../../lib/time.ts'

/** Times of a list that counts in microseconds, in the order of the frames. */
export async function readFrameTimes(file: string): Promise<Micros[]> {
  const text = await readFile(file, 'utf8')
  return text
    .split('\n')
    .flatMap(line => ROW.exec(line)?.[1] ?? [])
    .map(Number)
}

/** The last that has begun by then; the first when none has. */
export function indexAt(times: readonly Micros[], atUs: Micros): number {
  return Math.max(
    0,
    times.findLastIndex(time => time <= atUs),
  )
}

// stream, dts, pts, duration, size, checksum
const ROW = /^0,\s*-?\d+,\s*(-?\d+),/
