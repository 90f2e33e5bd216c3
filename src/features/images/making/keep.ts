// keep: finished pictures are published, each under a name of its run's own, and written down for whoever asks for them.
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { ImageFormat } from '../../../providers/image/contract.ts'
import type { Artifact } from '../../../runs/artifacts.ts'
import type { RunOutput } from '../../../runs/run.ts'
import type { StepContext } from '../../../runs/steps/contract.ts'
import { syncToDisk } from '../../../storage/files.ts'
import { keepMedia, mediaKey, type NewMedia } from '../store.ts'
import type { Finished } from './finish.ts'
import type { ImageMeans } from './means.ts'

/** The run's outputs. Where another attempt has been first, they are what that one has made. */
export async function keepPictures(
  { db, artifacts }: ImageMeans,
  context: StepContext,
  pictures: readonly Finished[],
): Promise<RunOutput[]> {
  const kept = await Promise.all(
    pictures.map(async (picture, index) => {
      const output = `picture-${index + 1}`
      return { output, notes: picture.notes, artifact: await publish(artifacts, context, output, picture) }
    }),
  )
  await keepMedia(
    db,
    kept.map(({ output, notes, artifact }) => ({ runId: context.runId, output, notes, ...mediaOf(artifact) })),
  )
  return kept.map(({ output, artifact: { digest, sizeBytes, facts } }) => ({
    ...{ id: output, sizeBytes, sha256: digest, ...facts, cached: false },
  }))
}

const CODECS: Readonly<Record<ImageFormat, string>> = { png: 'png', jpg: 'mjpeg', webp: 'webp' }
// What probing says of any picture.
const FRAME_RATE = '25'

async function publish(
  artifacts: ImageMeans['artifacts'],
  { runId, workspace }: StepContext,
  output: string,
  { bytes, format, widthPx, heightPx }: Finished,
): Promise<Artifact> {
  const file = workspace.file(output)
  await writeFile(file, bytes)
  await syncToDisk(file)
  const digest = createHash('sha256').update(bytes).digest('hex')
  const stream = { kind: 'video', codec: CODECS[format], widthPx, heightPx, frameRate: FRAME_RATE } as const
  const facts = { durationS: 0, streams: [stream] }
  return await artifacts.publish(mediaKey(runId, output), file, { digest, facts, keptFor: runId }, runId)
}

function mediaOf({ digest, sizeBytes, facts }: Artifact): Omit<NewMedia, 'runId' | 'output' | 'notes'> {
  const [stream] = facts.streams
  const format = (Object.keys(CODECS) as ImageFormat[]).find(name => CODECS[name] === stream?.codec)
  if (stream?.kind !== 'video' || format === undefined) throw new TypeError(`${digest} is no picture`)
  return { digest, sizeBytes, format, widthPx: stream.widthPx, heightPx: stream.heightPx }
}
