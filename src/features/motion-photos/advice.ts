// advice: what somebody could do about a photo that does not move everywhere, in sentences.
import type { Probe } from '../../engine/probe.ts'
import type { Inspection } from './inspection.ts'
import { works } from './readers/index.ts'

/** `clip`: undefined when there is none, or it cannot be opened. */
export function adviceOn(inspection: Inspection, named: string, clip: Probe | undefined): string[] {
  const { kind, verdicts, photo, vendor } = inspection
  if (kind === 'still') return ['There is no video in this file: ask for the original, for many services remove it.']
  // MicroVideo is for readers of before; media3 does not read AVIF.
  const apart = [verdicts.google, ...(photo.mime === 'image/avif' ? [] : [verdicts.media3])]
  return [
    ...(kind === 'appended_video'
      ? ['A video is there, but nothing says so: make a Motion Photo of its parts anew.']
      : []),
    ...(kind === 'huawei' ? ['Only Huawei and Honor see that this moves: make a Motion Photo of its parts anew.'] : []),
    ...(kind !== 'appended_video' && kind !== 'huawei' && !apart.every(works)
      ? ['Not every kind of gallery will play it: write it anew from its still and its clip.']
      : []),
    // What a camera has named, the galleries of its maker know.
    ...(isMotionName(named) || vendor !== undefined
      ? []
      : ['Some galleries want a name that ends in MP.jpg (or .heic, .avif): rename it.']),
    ...clipAdvice(inspection, clip),
  ]
}

/** Whether the format's own pattern for names matches. */
export function isMotionName(name: string): boolean {
  return /^[^\s/\\][^/\\]*MP\.(?:JPG|jpg|JPEG|jpeg|HEIC|heic|AVIF|avif)$/.test(name)
}

// The three that the format allows.
const ALLOWED = ['h264', 'hevc', 'av1']

function clipAdvice({ clip: range, timestampUs }: Inspection, clip: Probe | undefined): string[] {
  if (!clip) return range ? ['The video cannot be opened: it is damaged, or no video at all.'] : []
  const { video, audio, durationUs } = clip
  return [
    ...(video && !ALLOWED.includes(video.codec)
      ? [`The video is ${video.codec}, which the format does not allow: H.264 plays everywhere.`]
      : []),
    ...(audio && audio.codec !== 'aac' ? [`The sound is ${audio.codec}: the format wants AAC.`] : []),
    ...(timestampUs !== undefined && durationUs !== undefined && timestampUs > durationUs
      ? ['The timestamp is behind the end of the video: galleries that jump to it show the wrong picture.']
      : []),
  ]
}
