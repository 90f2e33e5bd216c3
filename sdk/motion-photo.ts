// motion-photo: takes a motion photo apart as gallery programs do: by the lengths in its XMP, from the end of the file.

export type MotionPhotoParts = {
  /** The picture, with the data around it that makes it a motion photo. */
  readonly still: Uint8Array<ArrayBuffer>
  /** An MP4. With the Samsung layout a few bytes follow its last box, which players pass over. */
  readonly clip: Uint8Array<ArrayBuffer>
  /** When the clip shows what the still shows, in microseconds. */
  readonly presentationUs: number | undefined
}

/** Takes a JPEG apart (Motion Photo format 1.0); `undefined` for anything that does not say it is one. */
export function splitMotionPhoto(bytes: Uint8Array<ArrayBuffer>): MotionPhotoParts | undefined {
  const xmp = findXmp(bytes)
  const item = xmp?.match(/<Container:Item\b[^>]*Item:Semantic="MotionPhoto"[^>]*>/)?.[0]
  const lengthBytes = Number(item?.match(/Item:Length="(\d+)"/)?.[1])
  if (!xmp || !(lengthBytes > 0 && lengthBytes < bytes.length)) return undefined
  const presentationUs = /MotionPhotoPresentationTimestampUs="(\d+)"/.exec(xmp)?.[1]
  return {
    still: bytes.slice(0, -lengthBytes),
    clip: bytes.slice(-lengthBytes),
    presentationUs: presentationUs === undefined ? undefined : Number(presentationUs),
  }
}

const XMP = 'http://ns.adobe.com/xap/1.0/\0'
const APP1 = 0xe1
const START_OF_SCAN = 0xda

// JPEG, Annex B: markers with lengths, until the picture itself begins.
function findXmp(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return undefined
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== START_OF_SCAN; ) {
    const end = at + 2 + view.getUint16(at + 2)
    const text = bytes[at + 1] === APP1 ? new TextDecoder().decode(bytes.subarray(at + 4, end)) : ''
    if (text.startsWith(XMP)) return text
    at = end
  }
  return undefined
}
