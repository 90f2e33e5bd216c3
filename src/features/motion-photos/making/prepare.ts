// prepare: the step that makes the preview on which somebody picks times: they must be the source's own.
import type { Command } from '../../../engine/command.ts'
import type { Probe } from '../../../engine/probe.ts'
import { decodeEnds } from '../../../ffmpeg/decode.ts'
import { encode } from '../../../ffmpeg/encode.ts'
import { probe } from '../../../ffmpeg/probe.ts'
import { AppError } from '../../../lib/errors.ts'
import { toNumber } from '../../../lib/rational.ts'
import { type Micros, printSeconds, toSeconds, whole } from '../../../lib/time.ts'
import { defineStep, type StepContext } from '../../../runs/steps/contract.ts'
import { prepareParams } from '../work.ts'
import { ofMade } from './made-file.ts'
import { factsOf, type MakingMeans, makeOnce, openMoving, type Source } from './making.ts'
import { copyCommand, isPlayable, PREVIEW, previewCommand } from './preview-command.ts'

export function prepareStep(means: MakingMeans) {
  return defineStep({
    name: 'motion.prepare',
    params: prepareParams,
    run: (params, context) =>
      makeOnce(means, context, { kind: 'motion.prepare', output: 'preview', params }, async () => {
        const source = await openMoving(means, context, params.source)
        const playable = isPlayable(source.probe)
        const copied = playable ? await copy(means, context, source) : undefined
        const made = copied ?? (await encoded(means, context, source, playable ? COPIED : 0))
        const durationS = toSeconds(source.probe.durationUs ?? 0)
        return { file: context.workspace.output(PREVIEW), facts: { ...factsOf(made), durationS } }
      }),
  })
}

// How much of the work a copy is: should it turn out useless, what is left is for the encoder.
const COPIED = 0.5
const ENCODED = 0.95

// What a muxer makes of an odd file may have other times: then it is encoded, as any other is. Packets that are copied
// are as good as they were, and are not decoded to see it.
async function copy(means: MakingMeans, context: StepContext, source: Source): Promise<Probe | undefined> {
  try {
    const made = await make(means, within(context, 0, COPIED), source, copyCommand(source.probe))
    // What an edit list leaves out may have come along.
    return lasts(made, source) > ROUNDING_US ? undefined : made
  } catch (error) {
    if (error instanceof AppError && ['output_rejected', 'ffmpeg_failed'].includes(error.code)) return undefined
    throw error
  }
}

async function encoded(means: MakingMeans, context: StepContext, source: Source, from: number): Promise<Probe> {
  const made = await make(means, within(context, from, ENCODED), source, previewCommand(source, means))
  const { durationUs } = source.probe
  const { workspace, signal } = context
  await ofMade(decodeEnds(means.processes, workspace.output(PREVIEW), 'mov', { durationUs, signal }))
  return made
}

async function make(means: MakingMeans, context: StepContext, source: Source, command: Command): Promise<Probe> {
  const { processes, limits } = means
  const { workspace, signal, progress } = context
  const box = { reads: [source.path], writes: workspace.outputs }
  await encode(processes, command, box, {
    signal,
    expectedUs: source.probe.durationUs ?? 0,
    onProgress: progress,
    limits: { wallMs: limits.wallSeconds * 1000, outputBytes: limits.outputBytes },
  })
  const made = await ofMade(probe(processes, workspace.output(PREVIEW), { signal }))
  assertSameTimes(source, made)
  return made
}

/** What follows is this part of the work. */
function within(context: StepContext, from: number, to: number): StepContext {
  return { ...context, progress: fraction => context.progress(from + (to - from) * fraction) }
}

function assertSameTimes({ probe: wanted, video }: Source, made: Probe): void {
  const { durationUs = 0 } = wanted
  const tolerance = Math.max(ROUNDING_US, 1_000_000 / toNumber(video.frameRate))
  if (made.video?.codec !== 'h264')
    throw new AppError('output_rejected', 'The preview has no picture that browsers play')
  // That a source goes on for longer than its headers tell is found out by decoding it.
  if (lasts(made, { probe: wanted }) < -tolerance)
    throw new AppError(
      'output_rejected',
      `The preview lasts ${printSeconds(whole(made.durationUs ?? 0))} s instead of ${printSeconds(whole(durationUs))} s`,
    )
  if (made.video.startUs > video.startUs + 2000)
    throw new AppError('output_rejected', 'The picture of the preview comes later than that of the source')
}

const ROUNDING_US = 100_000

/** How much longer than its source. */
function lasts(made: Probe, { probe: { durationUs = 0 } }: Pick<Source, 'probe'>): Micros {
  return (made.durationUs ?? 0) - durationUs
}
