// advice: what somebody could do about a photo that does not move everywhere, in sentences.
import type { Probe } from '../../engine/probe.ts'
import type { Inspection } from './inspection.ts'
import { works } from './readers/index.ts'

/** `clip`: undefined when there is none, or it cannot be opened. */
export function adviceOn(inspection: Inspection, named: string, clip: Probe | undefined): string[] {
  const { kind, verdicts, photo } = inspection
  if (kind === 'still') return ['There is no video in this file: ask for the original, for many services remove it.']
  const apart = [verdicts.google, verdicts.microvideo, ...(photo.format === 'jpeg' ? [verdicts.media3] : [])]
  return [
    ...(kind === 'appended_video'
      ? ['A video is there, but nothing says so: make a Motion Photo of its parts anew.']
      : []),
    ...(kind === 'huawei' ? ['Only Huawei and Honor see that this moves: make a Motion Photo of its parts anew.'] : []),
    ...(kind !== 'appended_video' && kind !== 'huawei' && !apart.every(works)
      ? ['Not every kind of gallery will play it: write it anew from its still and its clip.']
      : []),
    ...(isMotionName(named) ? [] : ['Some galleries want a name that ends in MP.jpg (or .heic, .avif): rename it.']),
    ...clipAdvice(inspection, clip),
  ]
}

/** Whether the format's own pattern for names matches. */
export function isMotionName(name: string): boolean {
  return /^[^\s/\\][^/\\]*MP\.(?:JPG|jpg|JPEG|jpeg|HEIC|heic|AVIF|avif)$/.test(name)
}

// Windows' and many others' players have no decoder for anything else.
const EVERYWHERE = ['h264']

function clipAdvice({ clip: range, timestampUs }: Inspection, clip: Probe | undefined): string[] {
  if (!clip) return range ? ['The video cannot be opened: it is damaged, or no video at all.'] : []
  const { video, audio, durationUs } = clip
  return [
    ...(video && !EVERYWHERE.includes(video.codec)
      ? [`The video is ${video.codec}, which many players do not have: H.264 plays everywhere.`]
      : []),
    ...(audio && audio.codec !== 'aac' ? [`The sound is ${audio.codec}: the format wants AAC.`] : []),
    ...(timestampUs !== undefined && durationUs !== undefined && timestampUs > durationUs
      ? ['The timestamp is behind the end of the video: galleries that jump to it show the wrong picture.']
      : []),
  ]
}
