// uploads: what may be uploaded, by the first bytes of it and not by what it is called.

import { sniff } from '../../ffmpeg/sniff.ts'
import { AppError } from '../../lib/errors.ts'
import type { FileRules } from '../../web/receive.ts'

// Whether there is a picture that moves in them is found out when they are prepared.
const CLIPS = [
  ...['mov', 'matroska', 'avi', 'flv', 'mpegts', 'mpeg', 'ogg', 'gif', 'apng', 'asf', 'wtv', 'mxf', 'dv', 'rm', 'ivf'],
  ...['yuv4mpegpipe', 'nut'],
]
const PICTURES = ['jpeg_pipe', 'png_pipe', 'webp_pipe']

const BOXED = /^ftyp(?:hei[cxms]|hevc|mif1|msf1|avi[fs])/

/** Larger than any camera's picture. */
const PICTURE_MAX_BYTES = 64 * 1024 * 1024

export function clipRules(maxBytes: number): FileRules {
  return { maxBytes, check: head => refuseUnless(CLIPS, head, 'a video or a GIF') }
}

export function pictureRules(maxBytes: number): FileRules {
  const check = (head: Buffer) => {
    // HEIC and AVIF: their first box looks like a video's.
    if (!BOXED.test(head.toString('latin1', 4, 12)))
      refuseUnless(PICTURES, head, 'a JPEG, PNG, WebP, HEIC or AVIF picture')
  }
  return { maxBytes: Math.min(maxBytes, PICTURE_MAX_BYTES), check }
}

function refuseUnless(demuxers: readonly string[], head: Buffer, wanted: string): void {
  const found = sniff(head)
  if (found === undefined || !demuxers.includes(found))
    throw new AppError('upload_unsupported', `The file is not ${wanted} that is understood here`)
}
