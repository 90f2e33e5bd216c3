// animation: the clip as a GIF or an animated WebP, for places that take nothing else: no sound, and no still.
import { readFile } from 'node:fs/promises'
import type { Command } from '../../../engine/command.ts'
import { type Filter, printChain } from '../../../engine/filtergraph.ts'
import { encode } from '../../../ffmpeg/encode.ts'
import { AppError } from '../../../lib/errors.ts'
import { toSeconds } from '../../../lib/time.ts'
import type { StepContext } from '../../../runs/steps/contract.ts'
import type { ConvertParams } from '../work.ts'
import { gifFrames, webpFrames } from './animation-frames.ts'
import { file, listOutput } from './encoders.ts'
import { readFrameTimes } from './frame-list.ts'
import { ofMade } from './made-file.ts'
import type { Made, MakingMeans, Source } from './making.ts'
import { pictureChains } from './pictures.ts'
import { QUIET, reading, STORED_TIMES } from './reading.ts'
import { within } from './sizes.ts'
import { framesOf, type TimeWindow, timeWindow } from './time-window.ts'

type Animation = {
  readonly codec: string
  /** GIF counts in hundredths of a second, and players slow down what is faster than twenty-five or so. */
  readonly fastestHz: number
  /** Where nothing else is asked: these formats grow fast. */
  readonly mostPx: number
  readonly filters: (size: { w: number; h: number }) => string[]
  readonly options: readonly string[]
  countFrames(bytes: Buffer): number
}

const ANIMATIONS: Readonly<Record<string, Animation>> = {
  gif: {
    codec: 'gif',
    fastestHz: 25,
    mostPx: 640,
    // A palette for each frame: one for all would have to wait, with every frame in memory, for the last.
    filters: size => [
      printChain(['frames'], [scaled(size), { name: 'split', args: { outputs: 2 } }], ['plain', 'counted']),
      printChain(['counted'], [{ name: 'palettegen', args: { stats_mode: 'single' } }], ['palette']),
      printChain(['plain', 'palette'], [{ name: 'paletteuse', args: { new: 1 } }], ['animation']),
    ],
    options: ['-c:v', 'gif', '-loop', '0'],
    countFrames: gifFrames,
  },
  webp: {
    codec: 'webp',
    fastestHz: 30,
    mostPx: 1280,
    filters: size => [printChain(['frames'], [scaled(size), yuv()], ['animation'])],
    options: ['-c:v', 'libwebp_anim', '-q:v', '75', '-loop', '0'],
    countFrames: webpFrames,
  },
}

export function animationOf(format: string): Animation | undefined {
  return ANIMATIONS[format]
}

type Wanted = { readonly source: Source; readonly params: ConvertParams; readonly animation: Animation }

export async function makeAnimation(means: MakingMeans, context: StepContext, wanted: Wanted): Promise<Made> {
  const { source, params, animation } = wanted
  const { workspace, signal, progress } = context
  const window = timeWindow({ ...params, fastestHz: animation.fastestHz }, source.probe, source.video)
  const size = within(source.video, params.maxSidePx ?? animation.mostPx)
  const command = animationCommand(means, wanted, window, size)
  const limits = { wallMs: means.limits.wallSeconds * 1000, outputBytes: means.limits.outputBytes }
  const box = { reads: [source.path], writes: workspace.outputs }
  const onProgress = (fraction: number) => progress(fraction * 0.95)
  await encode(means.processes, command, box, {
    signal,
    limits,
    onProgress,
    expectedFrames: framesOf(window, source.video),
  })
  const made = workspace.output(NAME)
  const taken = await ofMade(readFrameTimes(workspace.output(LIST)))
  const found = animation.countFrames(await ofMade(readFile(made)))
  // Frames that are alike may have been put together; not one more can have come of it.
  if (found < 1 || found > taken.length)
    throw new AppError('output_rejected', `The animation has ${found} frames of ${taken.length}`)
  const frameRate = `${Math.max(1, Math.round(taken.length / toSeconds(window.durationUs)))}`
  const stream = { kind: 'video', codec: animation.codec, ...size, frameRate } as const
  return { file: made, facts: { durationS: toSeconds(window.durationUs), streams: [stream] } }
}

const NAME = 'animation'
const LIST = 'frames.txt'

function animationCommand(
  { capabilities }: MakingMeans,
  { source, animation, params }: Wanted,
  window: TimeWindow,
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): Command {
  const chains = [
    ...pictureChains({ ...source, capabilities }, window),
    ...animation.filters({ w: widthPx, h: heightPx }),
  ]
  const args = [
    ...[...QUIET, ...STORED_TIMES, ...reading(source.probe.demuxer, window.startUs)],
    // Frames are counted in the first output, and some animations are written as a whole.
    ...['-filter_complex', chains.join(';'), '-map', '[list]', ...listOutput(LIST)],
    ...['-map', '[animation]', ...animation.options],
    ...['-fps_mode', 'vfr', '-flags', '+bitexact', ...file(NAME, params.format)],
  ]
  return { program: 'ffmpeg', args }
}

function scaled(size: { w: number; h: number }): Filter {
  return { name: 'scale', args: { ...size, flags: 'bicubic' } }
}

function yuv(): Filter {
  return { name: 'format', args: { pix_fmts: 'yuv420p' } }
}
