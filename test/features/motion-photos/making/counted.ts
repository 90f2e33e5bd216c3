// counted: clips whose every frame shows its own number, as sixteen bars that any encoder leaves readable.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const BITS = 8

export type Counted = {
  /** Its ending decides what is made. */
  readonly name: string
  readonly frames: number
  readonly rate: string
  /** Upright. */
  readonly widthPx?: number
  readonly heightPx?: number
  readonly sound?: boolean
  /** Filters over the frames, such as a `select` that leaves some out. */
  readonly filter?: string
  readonly encoding: readonly string[]
}

/** Makes such a clip and returns its path. */
export async function makeCounted(directory: string, clip: Counted): Promise<string> {
  const { name, frames, rate, widthPx = 128, heightPx = 96, sound = true, filter = 'null', encoding } = clip
  const raw = join(directory, `${randomUUID()}.gray`)
  await writeFile(raw, Buffer.concat(Array.from({ length: frames }, (_, number) => bars(number, widthPx, heightPx))))
  const path = join(directory, name)
  const pictures = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${widthPx}x${heightPx}`, '-r', rate, '-i', raw]
  const seconds = frames / fraction(rate)
  const tone = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=44100:duration=${seconds}`]
  const args = [...pictures, ...(sound ? tone : []), '-vf', filter, '-fps_mode', 'vfr', ...encoding, path]
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args])
  await rm(raw)
  return path
}

export type Seen = { readonly timeUs: number; readonly number: number }

/** Every frame that a file shows, on its own clock, as plain ffmpeg and ffprobe tell it. */
export async function framesOf(file: string): Promise<Seen[]> {
  const shown = ['-show_entries', 'format=start_time:stream=width,height,nb_frames:frame=best_effort_timestamp_time']
  const { stdout } = await run('ffprobe', ['-v', 'error', '-select_streams', 'v', ...shown, '-of', 'json', file])
  const { format, frames } = JSON.parse(stdout) as Report
  const originUs = Math.round(Number(format.start_time ?? 0) * 1e6)
  const numbers = await numbersOf(file)
  return frames
    .map(({ best_effort_timestamp_time: time }) => Math.round(Number(time ?? 0) * 1e6) - originUs)
    .map((timeUs, index) => ({ timeUs, number: numbers[index] ?? -1 }))
}

type Report = { format: { start_time?: string }; frames: { best_effort_timestamp_time?: string }[] }

/** The numbers that a video or a picture shows. */
export async function numbersOf(file: string): Promise<number[]> {
  // Two rows of eight samples: the upper half shows the number, the lower half its opposite.
  const small = ['-vf', `scale=${BITS}:2:flags=area,format=gray`, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-']
  // Without an ending, ffmpeg does not take every small photo with a video behind it for a picture.
  const picture = (await readFile(file)).readUInt16BE() === 0xffd8 ? ['-f', 'jpeg_pipe'] : []
  const args = ['-v', 'error', ...picture, '-i', file, '-map', '0:v', ...small]
  const { stdout } = await run('ffmpeg', args, { encoding: 'buffer', maxBuffer: 2 ** 26 })
  return Array.from({ length: stdout.length / (2 * BITS) }, (_, index) =>
    numberIn(stdout.subarray(index * 2 * BITS, (index + 1) * 2 * BITS)),
  )
}

// -1 where the two halves contradict each other.
function numberIn(samples: Buffer): number {
  const bits = Array.from({ length: BITS }, (_, bit) => [samples[bit] ?? 0, samples[BITS + bit] ?? 0] as const)
  if (bits.some(([upper, lower]) => Math.abs(upper - lower) < 60)) return -1
  return bits.reduce((number, [upper, lower], bit) => number + (upper > lower ? 2 ** bit : 0), 0)
}

function bars(number: number, widthPx: number, heightPx: number): Buffer {
  const row = (flip: number) =>
    Buffer.from(
      Array.from({ length: widthPx }, (_, x) =>
        ((number >> Math.floor((x * BITS) / widthPx)) & 1) === flip ? 30 : 220,
      ),
    )
  const half = heightPx / 2
  return Buffer.concat([...new Array(half).fill(row(0)), ...new Array(half).fill(row(1))])
}

function fraction(rate: string): number {
  const [num = 1, den = 1] = rate.split('/').map(Number)
  return num / den
}
