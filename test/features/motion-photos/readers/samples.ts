// samples: motion photos of every kind, put together by hand from real stills and clips, whole or broken on purpose.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { readPhoto } from '../../../../src/features/motion-photos/readers/photo.ts'
import type { Source } from '../../../../src/features/motion-photos/readers/source.ts'
import { makeClip } from '../../../fixtures/clips.ts'

export const directory = mkdtempSync(join(tmpdir(), 'kinora-photos-'))
after(() => rmSync(directory, { recursive: true, force: true }))

// Of ffmpeg's: APP0, a comment, and the picture.
export const JPEG = readFileSync(await makeClip(directory, { name: 'still.jpg', size: '96x64' }))
export const CLIP = readFileSync(
  await makeClip(directory, { name: 'clip.mp4', size: '96x64', seconds: 1, rate: 25, extra: ['-brand', 'mp42'] }),
)

export function bytesSource(bytes: Buffer): Source {
  return {
    sizeBytes: bytes.length,
    read: async (offset, length) =>
      offset >= 0 && length > 0 ? bytes.subarray(offset, Math.min(bytes.length, offset + length)) : Buffer.alloc(0),
  }
}

export async function photoOf(bytes: Buffer) {
  const photo = await readPhoto(bytesSource(bytes))
  if (!photo) throw new Error('This is no photo')
  return photo
}

export type Tags = {
  readonly camera?: string
  readonly items?: string
  /** The element form, as exiftool writes it. */
  readonly elements?: string
}

export const NAMESPACES =
  'xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" xmlns:Container="http://ns.google.com/photos/1.0/container/" ' +
  'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"'

export const ITEM = (mime: string, semantic: string, more = '') =>
  `<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="${mime}" Item:Semantic="${semantic}" ${more}/></rdf:li>`

export const MOTION = (us: number | string = 500_000) =>
  `GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1" GCamera:MotionPhotoPresentationTimestampUs="${us}"`

export const MICRO = (length: number | string, us: number | string = 500_000) =>
  `GCamera:MicroVideo="1" GCamera:MicroVideoVersion="1" GCamera:MicroVideoOffset="${length}" GCamera:MicroVideoPresentationTimestampUs="${us}"`

// exiftool 13.25 breaks off where only one of the two says a padding.
export const ITEMS = (length: number | string, padding: number | string = 0, picture = 'image/jpeg') =>
  ITEM(picture, 'Primary', `Item:Length="0" Item:Padding="${padding}"`) +
  ITEM('video/mp4', 'MotionPhoto', `Item:Length="${length}" Item:Padding="0"`)

/** An XMP packet. */
export function xmp({ camera = '', items = '', elements = '' }: Tags): string {
  const list = items && `<Container:Directory><rdf:Seq>${items}</rdf:Seq></Container:Directory>`
  return wrapped(`<rdf:Description rdf:about="" ${NAMESPACES} ${camera}>${elements}${list}</rdf:Description>`)
}

export function wrapped(inside: string): string {
  return (
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
    `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${inside}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
  )
}

export function segment(marker: number, ...parts: readonly (string | Buffer)[]): Buffer {
  const payload = Buffer.concat(parts.map(part => Buffer.from(part)))
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}

export const xmpSegment = (packet: string) => segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', packet)

/** The still with these segments directly after its APP0. */
export function jpegWith(...segments: readonly Buffer[]): Buffer {
  const behind = 4 + JPEG.readUInt16BE(4)
  return Buffer.concat([JPEG.subarray(0, behind), ...segments, JPEG.subarray(behind)])
}

export const jpegXmp = (tags: Tags) => jpegWith(xmpSegment(xmp(tags)))

/** Google's and MicroVideo's tags, as we write them. */
export const googlePhoto = (clip = CLIP) =>
  Buffer.concat([jpegXmp({ camera: `${MOTION()} ${MICRO(clip.length)}`, items: ITEMS(clip.length) }), clip])

const word = (value: number, bytes: 2 | 4) => {
  const buffer = Buffer.alloc(bytes)
  buffer.writeUIntLE(value, 0, bytes)
  return buffer
}

/** A Samsung trailer; what is told of it may be told wrong. */
export function sef(
  data: Buffer,
  wrong: { count?: number; back?: number; bytes?: number; name?: string } = {},
): Buffer {
  const name = wrong.name ?? 'MotionPhoto_Data'
  const field = Buffer.concat([word(0, 2), word(0x0a30, 2), word(name.length, 4), Buffer.from(name), data])
  const entry = [word(0, 2), word(0x0a30, 2), word(wrong.back ?? field.length, 4), word(field.length, 4)]
  const sefh = Buffer.concat([Buffer.from('SEFH'), word(106, 4), word(wrong.count ?? 1, 4), ...entry])
  return Buffer.concat([field, sefh, word(wrong.bytes ?? sefh.length, 4), Buffer.from('SEFT')])
}

/** Padding and Length reach over the trailer, as MotionPhoto2 writes them. */
export function samsungPhoto(): Buffer {
  const trailer = sef(CLIP)
  return Buffer.concat([jpegXmp({ camera: MOTION(), items: ITEMS(trailer.length - 24, 24) }), trailer])
}

export function box(type: string, ...parts: readonly (string | Buffer)[]): Buffer {
  const payload = Buffer.concat(parts.map(part => Buffer.from(part)))
  const head = Buffer.alloc(8)
  head.writeUInt32BE(payload.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, payload])
}

const full = (hex: string) => Buffer.from(hex.replace(/ /g, ''), 'hex')

/** A HEIC with one XMP item in its mdat, and no picture that could be decoded. */
export function heicStill(packet: string): Buffer {
  const bytes = Buffer.from(packet)
  const make = (offset: number) => {
    const place = Buffer.alloc(8)
    place.writeUInt32BE(offset)
    place.writeUInt32BE(bytes.length, 4)
    const entry = box('infe', full('02000000 0007 0000'), 'mime', '\0', 'application/rdf+xml\0')
    const sizes = box('iprp', box('ipco', box('ispe', full('00000000 00000140 000000f0'))))
    const location = box('iloc', full('00000000 44 00 0001 0007 0000 0001'), place)
    const meta = box('meta', full('00000000'), box('iinf', full('00000000 0001'), entry), location, sizes)
    return Buffer.concat([box('ftyp', 'heic', full('00000000'), 'mif1heic'), meta, box('mdat', bytes)])
  }
  return make(make(0).length - bytes.length)
}

export const heicPhoto = (clip = CLIP) =>
  Buffer.concat([heicStill(xmp({ camera: MOTION(), items: ITEMS(clip.length, 8, 'image/heic') })), box('mpvd', clip)])
