// making: what every maker here does: find what was made before, or open the source, make it and keep it.
import { writeFile } from 'node:fs/promises'
import type { Filter } from '../../../engine/filtergraph.ts'
import type { Probe, VideoStream } from '../../../engine/probe.ts'
import { excessOf } from '../../../engine/source-limits.ts'
import { digestOf } from '../../../lib/canonical-json.ts'
import { AppError } from '../../../lib/errors.ts'
import { printRational } from '../../../lib/rational.ts'
import { toSeconds } from '../../../lib/time.ts'
import type { ArtifactFacts } from '../../../runs/artifacts.ts'
import type { RunStream } from '../../../runs/run.ts'
import type { Outcome, StepContext } from '../../../runs/steps/contract.ts'
import type { RenderMeans } from '../../../runs/steps/render.ts'
import { digestFile } from '../../../storage/digest.ts'
import { syncToDisk } from '../../../storage/files.ts'
import type { HeifPicture } from '../cover/heif-picture.ts'
import { type CoverParts, readCover } from '../cover/parts.ts'

/** The makers work with what a render step works with. */
export type MakingMeans = RenderMeans

export type Source = { readonly path: string; readonly probe: Probe; readonly video: VideoStream }
export type Made = { readonly file: string; readonly facts: ArtifactFacts }

// Grows when the same request would give other bytes.
const MAKERS_VERSION = 4

/** The run's one output, made unless the very same request has been made before. */
export async function makeOnce(
  { artifacts, capabilities, threads }: MakingMeans,
  { runId, signal }: StepContext,
  request: { readonly kind: string; readonly output: string; readonly params: object },
  make: () => Promise<Made>,
): Promise<Outcome<{ readonly digest: string }>> {
  const { kind, output, params } = request
  const key = digestOf({ kind, params, threads, makers: MAKERS_VERSION, ffmpeg: capabilities.version })
  const known = await artifacts.find(key)
  const artifact = known ?? (await keep(await make()))
  // What an earlier attempt of this very run made is its own work.
  const cached = known !== undefined && known.madeBy !== runId
  const { digest, sizeBytes, facts } = artifact
  return {
    result: { digest },
    facts: { made: cached ? 0 : 1, reused: cached ? 1 : 0 },
    outputs: [{ id: output, sizeBytes, sha256: digest, ...facts, cached }],
  }

  async function keep({ file, facts: measured }: Made) {
    const [made] = await Promise.all([digestFile(file, { signal }), syncToDisk(file)])
    return await artifacts.publish(key, file, { digest: made, facts: measured }, runId)
  }
}

/** A moving picture that is kept here. Throws `source_missing` and `media_unsupported`. */
export async function openMoving(means: MakingMeans, context: StepContext, digest: string): Promise<Source> {
  const path = await locate(means, context, digest, 'source')
  const probe = await probeOf(means, context, { path, digest, name: 'source' })
  const { video } = probe
  if (!video || video.picture || probe.durationUs === undefined)
    throw new AppError('media_unsupported', 'There is no moving picture in the file')
  return { path, probe, video }
}

export type Cover = Source & {
  readonly parts: CoverParts
  /** What puts its frames together. */
  readonly assembling: readonly Filter[]
}

/** A picture, or the first of a moving one, and what it says of itself. */
export async function openCover(means: MakingMeans, context: StepContext, digest: string): Promise<Cover> {
  const path = await locate(means, context, digest, 'cover')
  const parts = await readCover(path)
  if (parts.heif) return await openHeif(means, context, parts.heif, parts)
  const { video, ...probe } = await probeOf(means, context, { path, digest, name: 'cover' })
  if (!video) throw new AppError('media_unsupported', 'There is no picture in the cover')
  return { path, probe: { ...probe, video }, video, parts, assembling: [] }
}

// What ffmpeg of today assembles, and that of yesterday does not: so it is given the coded pictures alone.
async function openHeif(
  { limits }: MakingMeans,
  { workspace }: StepContext,
  { demuxer, stream, assembling, video }: HeifPicture,
  parts: CoverParts,
): Promise<Cover> {
  const path = workspace.file('cover.stream')
  await writeFile(path, stream)
  const probe: Probe = { demuxer, sizeBytes: stream.length, video }
  assertWithin(probe, limits, 'cover')
  return { path, probe, video, parts, assembling }
}

/** What a probe says, as the facts of an artifact. */
export function factsOf({ durationUs = 0, video, audio }: Probe): ArtifactFacts {
  const streams: RunStream[] = []
  if (video) {
    const { codec, widthPx, heightPx, frameRate } = video
    streams.push({ kind: 'video', codec, widthPx, heightPx, frameRate: printRational(frameRate) })
  }
  if (audio) {
    const { codec, sampleRateHz, channels } = audio
    streams.push({ kind: 'audio', codec, sampleRateHz, channels })
  }
  return { durationS: toSeconds(durationUs), streams }
}

async function locate(
  { artifacts }: MakingMeans,
  { workspace, signal }: StepContext,
  digest: string,
  name: string,
): Promise<string> {
  const path = await artifacts.locate(digest, workspace.file(name), signal)
  if (path === undefined) throw new AppError('source_missing', `The ${name} is no longer kept`)
  return path
}

async function probeOf(
  { sources, limits }: MakingMeans,
  { signal }: StepContext,
  { path, digest, name }: { readonly path: string; readonly digest: string; readonly name: string },
): Promise<Probe> {
  const known = await sources.knownProbe(digest)
  const probe = known ?? (await sources.probe({ path, isSame: async () => true }, digest, signal))
  assertWithin(probe, limits, name)
  return probe
}

function assertWithin(probe: Probe, limits: MakingMeans['limits'], name: string): void {
  const excess = excessOf(probe, limits.source)
  if (excess) throw new AppError('media_unsupported', `The ${name} is too large: ${excess}`)
}
