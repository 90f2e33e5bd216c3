// decoding: the frames and samples that plain ffmpeg gets out of files, all of them with one process.
import { ffmpeg } from '../engine/real.ts'

/** Which streams of a file are decoded, as `-map` takes them. */
export type Wanted = { readonly path: string; readonly video?: string; readonly audio?: string }

export type Decoded = { readonly frames: readonly Frame[]; readonly sound?: Sound }
export type Frame = { readonly atS: number; readonly crc: string }
export type Sound = {
  readonly startS: number
  readonly endS: number
  readonly seconds: number
  readonly rateHz: number
  /** The most that the time of a frame differs from the end of the one before, in samples: the clock counts in milliseconds. */
  readonly jitter: number
}

type Row = { readonly stream: number; readonly pts: number; readonly bytes: number; readonly crc: string }

export async function decodeAll(files: readonly Wanted[]): Promise<Decoded[]> {
  const printed = await ffmpeg(
    // With several threads, what is made of a damaged frame differs from one time to the next.
    ...files.flatMap(({ path }) => ['-threads', '1', '-i', path]),
    ...files.flatMap(({ video, audio }, input) =>
      [video, audio].flatMap(stream => (stream === undefined ? [] : ['-map', `${input}:${stream}`])),
    ),
    // As fine as microseconds, or the times would be rounded to frames.
    ...['-fps_mode', 'passthrough', '-enc_time_base:v', '1/1000000', '-c:v', 'rawvideo'],
    ...['-c:a', 'pcm_s16le', '-ac', '1', '-f', 'framecrc', '-'],
  )
  const clocks = [...printed.matchAll(/^#tb \d+: (\d+)\/(\d+)/gm)].map(([, a, b]) => Number(a) / Number(b))
  const rows = [...printed.matchAll(/^(\d+), *-?\d+, *(-?\d+), *\d+, *(\d+), *(\w+)/gm)].map(
    ([, stream, pts, bytes, crc = '']): Row => ({
      stream: Number(stream),
      pts: Number(pts) * (clocks[Number(stream)] ?? 0),
      bytes: Number(bytes),
      crc,
    }),
  )
  let stream = 0
  return files.map(({ video, audio }) => {
    const next = () => rows.filter(row => row.stream === stream)
    const frames = video === undefined ? [] : next().map(({ pts, crc }) => ({ atS: pts, crc }))
    if (video !== undefined) stream++
    const sound = audio === undefined ? undefined : soundOf(next(), clocks[stream] ?? 0)
    if (audio !== undefined) stream++
    return { frames, ...(sound && { sound }) }
  })
}

// A sample of one channel is two bytes, and a tick of the clock.
function soundOf(rows: readonly Row[], tickS: number): Sound {
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    startS: first?.pts ?? 0,
    endS: endOf(last, tickS),
    seconds: rows.reduce((sum, { bytes }) => sum + (bytes / 2) * tickS, 0),
    rateHz: Math.round(1 / tickS),
    jitter: Math.max(0, ...rows.slice(1).map((row, index) => Math.abs(row.pts - endOf(rows[index], tickS)) / tickS)),
  }
}

function endOf(row: Row | undefined, tickS: number): number {
  return row ? row.pts + (row.bytes / 2) * tickS : 0
}
