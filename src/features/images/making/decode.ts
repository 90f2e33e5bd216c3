// decode: proves that what was delivered is one whole picture, by decoding all of it in the sandbox, and learns its size.
import { basename } from 'node:path'
import { inputOptions } from '../../../engine/input-options.ts'
import { sniff } from '../../../ffmpeg/sniff.ts'
import { AppError } from '../../../lib/errors.ts'
import { usefulLine } from '../../../process/log.ts'
import type { ImageFormat, ImageOrder, Size } from '../../../providers/image/contract.ts'
import type { StepContext } from '../../../runs/steps/contract.ts'
import type { Delivered } from './fetch.ts'
import type { ImageMeans, Maker } from './means.ts'
import { type Traits, traitsOf, uprightSize } from './traits.ts'

/** As large as it is to be seen. */
export type Decoded = Size & {
  readonly delivered: Delivered
  readonly format: ImageFormat
  readonly traits: Traits
  /**
   * Red, green and blue of each pixel, and how much of it is seen, as they were stored: where they are not kept as they
   * came, because another format was asked for, they lie on their side, or are made of inks.
   */
  readonly pixels?: string
}

type Looked = { readonly maker: Maker; readonly picture: Delivered; readonly order: ImageOrder }

/** One process of ffmpeg, whatever is needed of it. Throws `provider_unreadable` in the vendor's name. */
export async function decodePicture(
  { processes }: ImageMeans,
  { workspace, signal }: StepContext,
  { maker: { provider }, picture, order }: Looked,
): Promise<Decoded> {
  const failed = (why: string, cause?: unknown) =>
    new AppError('provider_unreadable', `${provider.name} API error: ${why}`, { cause })
  const demuxer = sniff(picture.bytes) ?? ''
  const format = FORMATS[demuxer]
  if (format === undefined) throw failed('what it delivered is no PNG, JPEG or WebP picture')
  const traits = traitsOf(format, picture.bytes)
  const isKept = format === order.format && traits.orientation === 1 && traits.colours === 'rgb'
  const wanted = isKept ? undefined : `pixels-${basename(picture.file)}`
  const box = { reads: [picture.file], ...(wanted !== undefined && { writes: workspace.outputs }) }
  const { stdout, log } = await processes
    .run({ program: 'ffmpeg', args: decoding(demuxer, wanted) }, box, { signal, limits: LIMITS })
    .catch(thrown => {
      if (!(thrown instanceof AppError && FAULTS_OF_THE_PICTURE.includes(thrown.code))) throw thrown
      throw failed(`its picture cannot be decoded: ${reasonOf(thrown)}`, thrown)
    })
  const complaint = usefulLine(log.replaceAll(HARMLESS, '')) ?? (isTorn(picture.bytes, format) ? 'no end' : undefined)
  if (complaint !== undefined) throw failed(`its picture is damaged: ${complaint}`)
  const [size, ...others] = sizesOf(stdout)
  if (!size || others.length > 0) throw failed('what it delivered is not one picture')
  if (Math.max(size.widthPx, size.heightPx) > MOST_SIDE_PX) throw failed('its picture is too large')
  const pixels = wanted === undefined ? {} : { pixels: workspace.output(wanted) }
  return { ...uprightSize(size, traits), delivered: picture, format, traits, ...pixels }
}

const FORMATS: Readonly<Record<string, ImageFormat>> = { png_pipe: 'png', jpeg_pipe: 'jpg', webp_pipe: 'webp' }

// Four times what anybody may ask for, and more than any vendor makes.
const MOST_PIXELS = 2 ** 25
// Of a WebP (RFC 9649), which has the fewest: any format may have been asked for.
const MOST_SIDE_PX = 16_383
// More than the largest picture takes, and less than what unpacks to gigabytes beside it.
const LIMITS = { wallMs: 60_000, outputBytes: MOST_PIXELS * 4, memoryBytes: 1024 ** 3 } as const
const FAULTS_OF_THE_PICTURE: readonly string[] = [
  'ffmpeg_failed',
  'media_damaged',
  'output_too_large',
  'process_timeout',
]

function decoding(demuxer: string, pixels: string | undefined): string[] {
  const reading = [...inputOptions(demuxer), '-max_pixels', `${MOST_PIXELS}`]
  return [
    ...['-v', 'error', '-nostdin', '-threads', '1', ...reading],
    // A decoder makes do with half a picture, unless it is told not to.
    ...['-err_detect', 'crccheck+bitstream+buffer+explode'],
    // Newer versions turn pictures upright by their Exif, older ones do not: here it is always done afterwards.
    ...['-noautorotate', '-i', 'file:/in/0'],
    // A line of its size, and one for each frame; the frames themselves are not copied.
    ...['-map', '0:v:0', '-frames:v', '2', '-c:v', 'wrapped_avframe', '-f', 'framecrc', 'pipe:1'],
    ...(pixels === undefined ? [] : [...RAW, `file:/out/${pixels}`]),
  ]
}

const RAW = [
  ...['-map', '0:v:0', '-frames:v', '1', '-sws_flags', 'accurate_rnd+full_chroma_int+full_chroma_inp'],
  ...['-pix_fmt', 'rgba', '-c:v', 'rawvideo', '-f', 'rawvideo'],
]

// What a camera or a program has written beside the picture is thrown away, or nobody's business.
const HARMLESS = /^.*\bexif\b.*$/gim

// Of a JPEG the decoder makes do without the end, and warns of it now and then where there is one.
function isTorn(bytes: Buffer, format: ImageFormat): boolean {
  if (format !== 'jpg') return false
  let end = bytes.length
  while (bytes[end - 1] === 0) end--
  return bytes.readUInt16BE(end - 2) !== END_OF_IMAGE
}

const END_OF_IMAGE = 0xffd9

// "#dimensions 0: 1024x768", and "0, 0, 0, 1, 472, 0x…" for each frame.
function sizesOf(stdout: string): Size[] {
  const [, width, height] = /^#dimensions 0: (\d+)x(\d+)$/m.exec(stdout) ?? []
  const frames = stdout.match(/^0, /gm) ?? []
  return frames.map(() => ({ widthPx: Number(width), heightPx: Number(height) }))
}

function reasonOf({ cause, message }: AppError): string {
  return (cause instanceof Error ? usefulLine(cause.message) : undefined) ?? message
}
