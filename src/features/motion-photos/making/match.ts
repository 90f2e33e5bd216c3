// match: which frame of a clip shows the picture of a still, by comparing them small, as red, green and blue.
import { readFile } from 'node:fs/promises'
import { inputPath, outputPath } from '../../../engine/command.ts'
import { type Filter, printChain } from '../../../engine/filtergraph.ts'
import { inputOptions } from '../../../engine/input-options.ts'
import { rejected } from '../../../ffmpeg/measure.ts'
import { AppError } from '../../../lib/errors.ts'
import type { Micros } from '../../../lib/time.ts'
import { usefulLine } from '../../../process/log.ts'
import type { Processes } from '../../../process/open.ts'
import type { Workspace } from '../../../runs/workspace.ts'
import { listOutput } from './encoders.ts'
import { readFrameTimes } from './frame-list.ts'
import { MICRO_CLOCK } from './reading.ts'

export type Match = {
  /** When each frame of the clip is shown, on the clip's clock. */
  readonly timesUs: readonly Micros[]
  /** How far the frame, and those around it, are from the still: levels of 255, on average; undefined outside. */
  readonly before?: number
  readonly declared?: number
  readonly after?: number
}

type Matching = {
  readonly clip: string
  readonly still?: string
  readonly index: number
  readonly sound: 'kept' | 'muted'
  readonly signal: AbortSignal
}

/** Decodes the whole clip, and the still. Throws `output_rejected` when either does not decode cleanly. */
export async function matchStill(
  processes: Processes,
  workspace: Workspace,
  { clip, still, index, sound, signal }: Matching,
): Promise<Match> {
  const first = Math.max(0, index - 1)
  const args = [...(still === undefined ? decodeOnly() : decodeBoth(first, index + 2)), ...heard(sound)]
  const box = { reads: still === undefined ? [clip] : [clip, still], writes: workspace.outputs }
  const { log } = await processes.run({ program: 'ffmpeg', args }, box, { signal, limits: LIMITS }).catch(error => {
    throw rejected(error)
  })
  if (log.trim() !== '') throw new AppError('output_rejected', `The clip does not decode cleanly: ${usefulLine(log)}`)
  const timesUs = await readFrameTimes(workspace.output(LIST))
  if (still === undefined) return { timesUs }
  const picture = await readFile(workspace.output(STILL))
  const frames = await readFile(workspace.output(FRAMES))
  const distance = (wanted: number) => distanceOf(picture, frameOf(frames, wanted - first))
  return {
    timesUs,
    before: index > 0 ? distance(index - 1) : undefined,
    declared: distance(index),
    after: distance(index + 1),
  }
}

const SIDE_PX = 128
const FRAME_BYTES = SIDE_PX * SIDE_PX * 3
const LIST = 'decoded.txt'
const FRAMES = 'decoded.rgb'
const STILL = 'still.rgb'
const LIMITS = { wallMs: 10 * 60_000 } as const
// Rounded well: what swscale does in a hurry is levels darker from television's range than from the full one, and in a
// fade that is a frame's worth.
const SMALL: Filter[] = [
  { name: 'scale', args: { w: SIDE_PX, h: SIDE_PX, flags: 'area+accurate_rnd+full_chroma_int' } },
  { name: 'format', args: { pix_fmts: 'rgb24' } },
]
// The same clock that a player has: sound that begins before zero must not move the picture.
const BEGINNING = [
  '-hide_banner',
  '-nostdin',
  '-y',
  '-loglevel',
  'error',
  '-copyts',
  ...inputOptions('mov'),
  '-i',
] as const
// Frames that come fast would get the same time on the clock of the average rate.
const FINE = ['-enc_time_base:v', '1/1000000'] as const

// An output without any stream would be given one that ffmpeg chooses.
function heard(sound: 'kept' | 'muted'): string[] {
  return sound === 'kept' ? ['-map', '0:a', '-f', 'null', '-'] : []
}

function decodeOnly(): string[] {
  const graph = printChain(['0:v'], [MICRO_CLOCK], ['list'])
  return [...BEGINNING, inputPath(0), '-filter_complex', graph, '-map', '[list]', ...listOutput(LIST)]
}

function decodeBoth(firstFrame: number, endFrame: number): string[] {
  const around: Filter = { name: 'trim', args: { start_frame: firstFrame, end_frame: endFrame } }
  const graph = [
    printChain(['0:v'], [MICRO_CLOCK, { name: 'split', args: { outputs: 2 } }], ['list', 'all']),
    printChain(['all'], [around, ...SMALL], ['frames']),
    printChain(['1:v'], SMALL, ['still']),
  ].join(';')
  return [
    ...[...BEGINNING, inputPath(0), ...inputOptions('jpeg_pipe'), '-i', inputPath(1), '-filter_complex', graph],
    ...['-map', '[list]', ...listOutput(LIST)],
    ...['-map', '[frames]', '-fps_mode', 'passthrough', ...FINE, '-f', 'rawvideo', outputPath(FRAMES)],
    ...['-map', '[still]', '-f', 'rawvideo', outputPath(STILL)],
  ]
}

function frameOf(frames: Buffer, position: number): Buffer | undefined {
  const start = position * FRAME_BYTES
  return frames.length >= start + FRAME_BYTES ? frames.subarray(start, start + FRAME_BYTES) : undefined
}

function distanceOf(one: Buffer, other: Buffer | undefined): number | undefined {
  if (!other || one.length !== other.length) return undefined
  const sum = one.reduce((total, level, index) => total + Math.abs(level - (other[index] ?? 0)), 0)
  return sum / one.length
}
