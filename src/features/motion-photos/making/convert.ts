// convert: the step that makes a motion photo, or the bare clip, of a stretch of a source.
import { encode } from '../../../ffmpeg/encode.ts'
import { defineStep, type StepContext } from '../../../runs/steps/contract.ts'
import type { CoverParts } from '../cover/parts.ts'
import { type ConvertParams, convertParams } from '../work.ts'
import { animationOf, makeAnimation } from './animation.ts'
import { type ClipPlan, clipCommand, FILES } from './clip-command.ts'
import { coverCommand } from './cover-command.ts'
import { passGate } from './gate.ts'
import { ofMade } from './made-file.ts'
import { factsOf, type Made, type MakingMeans, makeOnce, openCover, openMoving, type Source } from './making.ts'
import { type PhotoParts, writePhoto } from './photo-file.ts'
import { assertFoundAgain } from './reread.ts'
import { within } from './sizes.ts'
import { isHeard } from './sound.ts'
import { framesOf, timeWindow } from './time-window.ts'

export function convertStep(means: MakingMeans) {
  return defineStep({
    name: 'motion.convert',
    params: convertParams,
    run: (params, context) =>
      makeOnce(means, context, { kind: 'motion.convert', output: 'photo', params }, async () => {
        const source = await openMoving(means, context, params.source)
        const animation = animationOf(params.format)
        if (animation) return await makeAnimation(means, context, { source, params, animation })
        return await makePhoto(means, context, source, params)
      }),
  })
}

async function makePhoto(
  means: MakingMeans,
  context: StepContext,
  source: Source,
  params: ConvertParams,
): Promise<Made> {
  const plan = planOf(means, source, params)
  await encode(means.processes, clipCommand(plan), boxOf(context, source), {
    ...following(means, context),
    expectedFrames: framesOf(plan.window, plan.video),
  })
  const passed = await passGate(means.processes, context.workspace, plan, context.signal)
  const facts = factsOf(passed.clip)
  if (params.format === 'mp4') return { file: context.workspace.output(FILES.clip), facts }
  const { captured } = source.probe
  const cover =
    params.cover === undefined ? undefined : await replaceStill(means, context, params.cover, plan.maxSidePx)
  const told = { ...(captured && { captured }), ...(cover && { cover }) }
  return { file: await writeChecked(context, params, { ...passed, ...told }), facts }
}

function planOf(means: MakingMeans, { probe, video }: Source, params: ConvertParams): ClipPlan {
  const { threads, capabilities } = means
  const window = timeWindow({ ...params, fastestHz: FASTEST_HZ }, probe, video)
  return {
    ...{ probe, video, window, threads, capabilities, maxSidePx: params.maxSidePx },
    sound: params.sound === 'kept' && isHeard(probe, window) ? 'kept' : 'muted',
    still: params.format === 'motion_photo' ? 'taken' : 'none',
  }
}

const FASTEST_HZ = 60

// The clip has been held against the frame that it names; that another picture is shown in its place is the caller's wish.
async function replaceStill(
  means: MakingMeans,
  context: StepContext,
  digest: string,
  maxSidePx: number | undefined,
): Promise<CoverParts> {
  const picture = await openCover(means, context, digest)
  const { parts } = picture
  const box = { reads: [picture.path], writes: context.workspace.outputs }
  const { signal, limits } = following(means, context)
  const command = coverCommand(picture, within(picture.video, maxSidePx), means.capabilities)
  // That it can be decoded is seen also where its own bytes are the still.
  await means.processes.run(command, box, { signal, limits })
  const { widthPx, heightPx } = picture.video
  if (Math.max(widthPx, heightPx) <= (maxSidePx ?? Number.POSITIVE_INFINITY)) return parts
  const { jpeg: _larger, ...told } = parts
  return told
}

async function writeChecked(
  { workspace, signal }: StepContext,
  { layout }: ConvertParams,
  told: Pick<PhotoParts, 'timestampUs' | 'captured' | 'cover'>,
): Promise<string> {
  const { timestampUs } = told
  const [photo, clip, still] = [
    workspace.file('photo.jpg'),
    workspace.output(FILES.clip),
    workspace.output(FILES.still),
  ]
  const thumbnail = workspace.output(FILES.thumbnail)
  await ofMade(writePhoto(photo, { ...told, still, thumbnail, clip, layout }))
  await assertFoundAgain(photo, clip, { timestampUs, layout, signal })
  return photo
}

function boxOf({ workspace }: StepContext, { path }: Source) {
  return { reads: [path], writes: workspace.outputs }
}

function following({ limits }: MakingMeans, { signal, progress }: StepContext) {
  return {
    signal,
    limits: { wallMs: limits.wallSeconds * 1000, outputBytes: limits.outputBytes },
    // The last per cents are for the gate.
    onProgress: (fraction: number) => progress(fraction * 0.9),
  }
}
