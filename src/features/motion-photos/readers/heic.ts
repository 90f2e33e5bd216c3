// heic: reads the video of HEIC and AVIF files from the box that the format gives it, without looking at the XMP.
import type { Box } from './boxes.ts'
import { verdictOn } from './clip.ts'
import { error, missing, type Problem, type Reader, warning } from './contract.ts'

export const heic: Reader = {
  name: 'heic',

  async read(photo) {
    if (photo.format !== 'heif') return missing('Only HEIC and AVIF files have boxes')
    const videos = photo.boxes.filter(({ type }) => type === 'mpvd')
    const [box] = videos
    if (!box) return missing('There is no whole mpvd box')
    if (box.openEnded) return missing('The mpvd box does not say how long it is, which is not allowed')
    const length = box.offset + box.length - box.payloadOffset
    const problems = placeProblems(photo.boxes, box, videos.length)
    return await verdictOn(photo, { range: { offset: box.payloadOffset, length }, problems })
  },
}

const PICTURE = new Set(['ftyp', 'meta', 'mdat', 'idat', 'moov'])

function placeProblems(boxes: readonly Box[], video: Box, count: number): Problem[] {
  const after = boxes.filter(({ offset }) => offset > video.offset).map(({ type }) => type)
  // Samsung puts its directory there.
  const strangers = after.filter(type => !PICTURE.has(type) && type !== 'sefd' && type !== 'mpvd')
  return [
    ...(count > 1 ? [error(`There are ${count} mpvd boxes`)] : []),
    ...(after.some(type => PICTURE.has(type)) ? [error('The mpvd box must follow all boxes of the picture')] : []),
    ...(strangers.length > 0 ? [warning('Other boxes follow the mpvd box')] : []),
  ]
}
