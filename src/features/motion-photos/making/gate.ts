// gate: holds a clip against what was asked for, and against its still, before anybody gets either.
import { open } from 'node:fs/promises'
import type { AudioStream, Probe, VideoStream } from '../../../engine/probe.ts'
import { probe } from '../../../ffmpeg/probe.ts'
import { AppError } from '../../../lib/errors.ts'
import { toNumber } from '../../../lib/rational.ts'
import type { Micros } from '../../../lib/time.ts'
import type { Processes } from '../../../process/open.ts'
import type { Workspace } from '../../../runs/workspace.ts'
import { type ClipPlan, clipSize, FILES } from './clip-command.ts'
import { latestCoverUs } from './frame-filters.ts'
import { indexAt, readFrameTimes } from './frame-list.ts'
import { ofMade } from './made-file.ts'
import { type Match, matchStill } from './match.ts'

export type Passed = {
  readonly clip: Probe
  /** When the clip shows the frame that is the still. */
  readonly timestampUs: Micros
}

/** Throws `output_rejected` with the first thing that is wrong. */
export async function passGate(
  processes: Processes,
  workspace: Workspace,
  plan: ClipPlan,
  signal: AbortSignal,
): Promise<Passed> {
  const taken = await ofMade(readFrameTimes(workspace.output(FILES.list)))
  const index = indexAt(taken, latestCoverUs(plan.window))
  const clip = workspace.output(FILES.clip)
  const still = plan.still === 'taken' ? workspace.output(FILES.still) : undefined
  const looking = Promise.all([
    probe(processes, clip, { signal }),
    matchStill(processes, workspace, { clip, still, index, sound: plan.sound, signal }),
  ])
  const [measured, match] = await ofMade(looking)
  const faults = [
    ...(await brandFaults(clip)),
    ...streamFaults(plan, measured),
    ...(match.timesUs.length === taken.length ? [] : [`${match.timesUs.length} frames instead of ${taken.length}`]),
    ...(still === undefined ? [] : matchFaults(match)),
  ]
  if (faults.length > 0)
    throw new AppError('output_rejected', `The clip is not what was asked for: ${faults.join('; ')}`)
  return { clip: measured, timestampUs: match.timesUs[index] ?? 0 }
}

async function brandFaults(clip: string): Promise<string[]> {
  await using handle = await open(clip)
  const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0)
  return buffer.toString('latin1', 4) === 'ftypmp42' ? [] : ['it is not of the brand mp42']
}

function streamFaults(plan: ClipPlan, { video, audio, durationUs = 0 }: Probe): string[] {
  if (!video) return ['it has no picture']
  const wantedUs = plan.window.durationUs
  const frameUs = 1_000_000 / toNumber(video.frameRate)
  const late = Math.abs(durationUs - wantedUs) > Math.max(frameUs, 50_000)
  return [
    ...pictureFaults(plan, video),
    ...(late ? [`it lasts ${durationUs} µs instead of ${wantedUs}`] : []),
    ...soundFaults(plan, audio),
  ]
}

function pictureFaults(plan: ClipPlan, video: VideoStream): string[] {
  const { widthPx, heightPx } = clipSize(plan)
  const upright = video.rotationDegrees === 0 && video.widthPx === widthPx && video.heightPx === heightPx
  return [
    ...(video.codec === 'h264' && video.pixelFormat === 'yuv420p' ? [] : [`${video.codec}, ${video.pixelFormat}`]),
    ...(upright ? [] : [`${video.widthPx}x${video.heightPx} instead of ${widthPx}x${heightPx}`]),
    ...(video.startUs === 0 ? [] : [`its picture starts at ${video.startUs} µs`]),
  ]
}

function soundFaults({ sound }: ClipPlan, audio: AudioStream | undefined): string[] {
  if (sound === 'muted') return audio ? ['it has sound'] : []
  return audio?.codec === 'aac' ? [] : [`its sound is ${audio?.codec ?? 'missing'}`]
}

// Encoding moves every frame a little away from the still, and of pictures that hardly move another may be nearer by
// chance: so much nearer it is not.
function matchFaults({ before, declared, after }: Match): string[] {
  if (declared === undefined) return ['it does not show the still']
  const nearest = Math.min(before ?? declared, after ?? declared)
  if (declared > FARTHEST) return [`its frame is ${declared.toFixed(1)} levels away from the still`]
  return declared > nearest * 1.2 + 0.3 ? ['the frame beside the declared one is nearer to the still'] : []
}

// A strong encode of noise stays well below, another scene is far above.
const FARTHEST = 24
