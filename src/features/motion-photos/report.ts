// report: an inspection in the words of the API, with what ffprobe says of the clip.
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import type { z } from 'zod'
import type { Probe } from '../../engine/probe.ts'
import { probe } from '../../ffmpeg/probe.ts'
import { AppError } from '../../lib/errors.ts'
import { toSeconds } from '../../lib/time.ts'
import type { Processes } from '../../process/open.ts'
import type { ReceivedFile } from '../../web/receive.ts'
import { adviceOn, isMotionName } from './advice.ts'
import type * as schemas from './inspect-schemas.ts'
import type { Inspection } from './inspection.ts'
import type { ByteRange, Verdict } from './readers/contract.ts'
import { works } from './readers/index.ts'

/** `file` is beside scratch that may be written to, and goes with it. */
export async function report(
  processes: Processes,
  file: ReceivedFile,
  inspection: Inspection,
  signal: AbortSignal,
): Promise<z.infer<typeof schemas.inspection>> {
  const { photo, kind, vendor, clip, timestampUs, verdicts } = inspection
  const { mime, widthPx, heightPx } = photo
  const looked = clip && (await lookAt(processes, file.path, clip, signal))
  const { google, media3, microvideo, samsung, heic, brute } = verdicts
  return {
    kind,
    is_motion_photo: kind !== 'still' && kind !== 'appended_video',
    ...(vendor && { vendor }),
    file: { name: file.name, size: file.sizeBytes, mime, width: widthPx, height: heightPx },
    ...(clip && { video: { ...clip, ...toVideo(looked) } }),
    ...(timestampUs !== undefined && { timestamp_us: timestampUs }),
    readers: {
      ...{ google: toVerdict(google), media3: toVerdict(media3), microvideo: toVerdict(microvideo) },
      ...{ samsung: toVerdict(samsung), heic: toVerdict(heic), brute: toVerdict(brute) },
    },
    name_ok: isMotionName(file.name),
    advice: adviceOn(inspection, file.name, looked instanceof AppError ? undefined : looked),
  }
}

// ffprobe is given the clip alone: pointed into the middle of a file it would need a protocol that is not allowed.
async function lookAt(
  processes: Processes,
  path: string,
  { offset, length }: ByteRange,
  signal: AbortSignal,
): Promise<Probe | AppError> {
  const clipPath = `${path}.clip`
  await using photo = await open(path)
  const bytes = photo.createReadStream({ start: offset, end: offset + length - 1, autoClose: false })
  await pipeline(bytes, createWriteStream(clipPath, { flags: 'wx', mode: 0o600 }), { signal })
  try {
    return await probe(processes, clipPath, { signal })
  } catch (thrown) {
    if (thrown instanceof AppError && REFUSED.has(thrown.code)) return thrown
    throw thrown
  }
}

const REFUSED = new Set(['media_damaged', 'media_unsupported'])

function toVideo(looked: Probe | AppError | undefined) {
  if (!looked || looked instanceof AppError) return { codecs: [], ...(looked && { error: looked.message }) }
  const { durationUs, video, audio } = looked
  return {
    ...(durationUs !== undefined && { duration: toSeconds(durationUs) }),
    ...(video && { width: video.widthPx, height: video.heightPx }),
    codecs: [video, audio].flatMap(stream => stream?.codec ?? []),
  }
}

function toVerdict(verdict: Verdict) {
  return { works: works(verdict), found: verdict.found, problems: [...verdict.problems] }
}
