// plan-video: how an output's pictures are made: copied when nothing changes them, encoded otherwise.
import { type VideoEncoder, videoEncoders } from './codecs.ts'
import { isHdr } from './colour/colour.ts'
import { formOf, inForm, type Room } from './colour/form.ts'
import type { Container } from './containers.ts'
import { copyObstacle, type Obstacle } from './copying.ts'
import { fieldByField } from './fields.ts'
import type { VideoMedia } from './media.ts'
import { isUntouched, pointwiseNode } from './node.ts'
import { evenFilters } from './operations/fit.ts'
import type { StreamQuestion } from './plan-output.ts'
import type { PlannedVideo } from './planned.ts'

type Copied = { readonly codec: string } | Obstacle

/** Undefined when there are no pictures, or after a fault. */
export function planVideo(question: StreamQuestion): PlannedVideo | undefined {
  const { output, media, fault, container } = question
  const { video } = media
  if (!video) return undefined
  if (video.picture) return fault('/id', `"${output.id}" is a picture, and .${container.ending} needs a video`)
  const asked = output.video?.codec === 'copy'
  const copied = copiedCodec(video, question)
  if (asked && 'obstacle' in copied)
    return fault('/codec/video/codec', `cannot be copied, because ${copied.obstacle}: name an encoder`)
  if ('codec' in copied && (output.video === undefined || asked))
    return { ...factsOf(video), codec: copied.codec, node: video.node }
  if ('flawed' in copied && output.video === undefined)
    question.warn('', `the picture of "${output.id}" is encoded anew, because ${copied.obstacle}`)
  return encodedVideo(video, question)
}

function encodedVideo(video: VideoMedia, question: StreamQuestion): PlannedVideo | undefined {
  const { output, room, fault, warn, container } = question
  const encoder = encoderFor(question)
  if (!encoder)
    return fault(
      '/destination',
      `this machine's ffmpeg has no ${container.videoEncoder}, which .${container.ending} needs`,
    )
  const made = encodable(video, room)
  const small = smallness(encoder, made)
  if (small) return fault(output.video?.codec === undefined ? '/id' : '/codec/video/codec', small)
  if (video.alpha && !room.alpha)
    warn('/id', `"${output.id}" may be transparent, which is not kept: what lies behind it is black`)
  if (video.interlaced && !encoder.interlaced)
    warn('/id', `"${output.id}" stays interlaced, and ${encoder.name} cannot say so: libx264 can`)
  const { preset = encoder.presets?.standard, crf, bitrateBps } = output.video ?? {}
  const { colour, alpha, mastering } = made
  return {
    ...factsOf(made),
    colour,
    node: made.node,
    codec: encoder.codec,
    encoding: {
      encoder: encoder.name,
      ...(alpha && { alpha }),
      ...(video.interlaced && encoder.interlaced && { interlaced: video.interlaced }),
      ...(mastering && isHdr(colour) && { mastering }),
      ...(preset !== undefined && { preset }),
      ...(withoutBFrames(video, encoder, container) && { bFrames: false as const }),
      ...(bitrateBps === undefined ? { crf: crf ?? encoder.crf.standard } : { bitrateBps }),
    },
  }
}

function smallness({ name, smallestPx = 0 }: VideoEncoder, { widthPx, heightPx }: VideoMedia): string | undefined {
  if (Math.min(widthPx, heightPx) >= smallestPx) return undefined
  return `${name} takes pictures of at least ${smallestPx} × ${smallestPx}, and this is ${widthPx} × ${heightPx}: scale it up, or name another encoder`
}

function copiedCodec({ node }: VideoMedia, { output, probes, container }: StreamQuestion): Copied {
  if (!isUntouched(node)) return { obstacle: 'an operation changes the picture' }
  const { codec = 'nothing', rotationDegrees = 0, flaws } = probes.get(node.input)?.video ?? {}
  if (!container.video.includes(codec)) return { obstacle: `.${container.ending} cannot carry ${codec}` }
  // Other muxers of ffmpeg 5 forget which way is up.
  if (rotationDegrees !== 0 && container.demuxer !== 'mov')
    return { obstacle: `it lies on its side, and .${container.ending} cannot say so` }
  const obstacle = copyObstacle(flaws, container)
  return obstacle && !(obstacle.mayBeAsked && output.video?.codec === 'copy') ? obstacle : { codec }
}

function encoderFor({ output, container, capabilities }: StreamQuestion): VideoEncoder | undefined {
  const encoder = videoEncoders.get(output.video?.codec ?? container.videoEncoder ?? '')
  return encoder && capabilities.encoders.has(encoder.name) ? encoder : undefined
}

// ffmpeg's MP4 muxer counts in the order of decoding: when the last gaps between frames are longer than the first, a
// track with B-frames is told to end by so much too early, and players stop there.
function withoutBFrames({ variableRate }: VideoMedia, { codec }: VideoEncoder, { demuxer }: Container): boolean {
  return variableRate === true && demuxer === 'mov' && (codec === 'h264' || codec === 'hevc')
}

function factsOf({ widthPx, heightPx, frameRate, longestFrameUs, startUs, endUs }: VideoMedia) {
  return {
    ...{ widthPx, heightPx, frameRate, startUs },
    ...(longestFrameUs !== undefined && { longestFrameUs }),
    ...(endUs !== undefined && { endUs }),
  }
}

// Half the colour resolution needs an even number of pixels each way.
function encodable(video: VideoMedia, room: Room): VideoMedia {
  const { filters, size } = evenFilters(video)
  const evened = filters.length > 0 ? { ...video, ...size, node: pointwiseNode(video.node, filters) } : video
  const formed = inForm(evened, formOf(evened, room))
  return formed.interlaced ? { ...formed, node: fieldByField(formed.node) } : formed
}
