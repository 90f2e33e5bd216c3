// counted: clips whose every frame shows its own number, as sixteen bars that any encoder leaves readable.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
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
  return (await lookAt(file)).frames
}

/** The same, with how long the file lasts and what its streams are: codec and pixel format. */
export async function lookAt(file: string) {
  const entries = 'format=start_time,duration:stream=codec_name,pix_fmt:frame=media_type,best_effort_timestamp_time'
  const probing = run('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', file], { maxBuffer: 2 ** 26 })
  const [{ stdout }, [seen = []]] = await Promise.all([probing, storedFrames([file])])
  const { format, frames, streams } = JSON.parse(stdout) as Report
  const [startS = 0, durationS = 0] = [format.start_time, format.duration].map(text => Number(text ?? 0))
  const times = frames
    .filter(({ media_type }) => media_type === 'video')
    .map(frame => Math.round(Number(frame.best_effort_timestamp_time ?? 0) * 1e6) - Math.round(startS * 1e6))
  return {
    frames: times.map((timeUs, index) => ({ timeUs, number: seen[index]?.number ?? -1 })),
    // Matroska tells when it ends.
    durationS: durationS - (/\.(?:mkv|webm)$/.test(file) ? startS : 0),
    streams: streams.map(({ codec_name, pix_fmt }) => [codec_name, ...(pix_fmt === undefined ? [] : [pix_fmt])]),
  }
}

type Report = {
  readonly format: { readonly start_time?: string; readonly duration?: string }
  readonly frames: readonly { readonly media_type: string; readonly best_effort_timestamp_time?: string }[]
  readonly streams: readonly { readonly codec_name: string; readonly pix_fmt?: string }[]
}

/**
 * The frames of each of these videos and pictures, at their times as they are stored. One ffmpeg reads them all: to start
 * it takes longer than to decode a hundred small ones.
 */
export async function storedFrames(files: readonly string[]): Promise<Seen[][]> {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-frames-'))
  const inputs = await Promise.all(files.map(async file => [...(await opening(file)), '-i', file]))
  const outputs = files.flatMap((_, index) => {
    const lists = `[f=rawvideo]${directory}/${index}.gray|[f=framecrc]${directory}/${index}.txt`
    return ['-map', `${index}:v`, ...SMALL, '-f', 'tee', lists]
  })
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-copyts', ...inputs.flat(), ...outputs])
  const found = await Promise.all(
    files.map(async (_, index) => {
      const numbers = numbersIn(await readFile(join(directory, `${index}.gray`)))
      const list = await readFile(join(directory, `${index}.txt`), 'utf8')
      const times = [...list.matchAll(/^0,\s*-?\d+,\s*(-?\d+),/gm)].map(([, time]) => Number(time))
      return numbers.map((number, at) => ({ timeUs: times[at] ?? Number.NaN, number }))
    }),
  )
  await rm(directory, { recursive: true })
  return found
}

/** The numbers that each of these videos and pictures shows. */
export async function numbersOf(files: readonly string[]): Promise<number[][]> {
  return (await storedFrames(files)).map(frames => frames.map(({ number }) => number))
}

/** What is shown at a time: the last frame that has begun by then; the first where none has. */
export function onScreen(frames: readonly Seen[], atUs: number): number {
  return (frames.findLast(({ timeUs }) => timeUs <= atUs) ?? frames[0])?.number ?? -1
}

// Two rows of eight samples: the upper half shows the number, the lower half its opposite.
const SMALL = [
  ...['-vf', `scale=${BITS}:2:flags=area,format=gray`, '-c:v', 'rawvideo'],
  ...['-fps_mode', 'passthrough', '-enc_time_base', '1/1000000'],
]

// Without an ending, ffmpeg does not take every small photo with a video behind it for a picture.
async function opening(file: string): Promise<string[]> {
  await using handle = await open(file)
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  return ['-threads', '1', ...(buffer.readUInt16BE() === 0xffd8 ? ['-f', 'jpeg_pipe'] : [])]
}

function numbersIn(samples: Buffer): number[] {
  return Array.from({ length: samples.length / (2 * BITS) }, (_, index) =>
    numberIn(samples.subarray(index * 2 * BITS, (index + 1) * 2 * BITS)),
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
