// animation-frames: how many pictures an animation has, by walking over its blocks; this ffmpeg cannot read WebP's.

/** RIFF chunks (WebP container specification): each `ANMF` is a frame. */
export function webpFrames(bytes: Buffer): number {
  let frames = 0
  for (let at = 12; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at + 4)
    if (bytes.toString('latin1', at, at + 4) === 'ANMF') frames++
    at += 8 + length + (length % 2)
  }
  return bytes.toString('latin1', 0, 4) === 'RIFF' ? frames : 0
}

/** GIF89a: after the header and its colours come extensions, and images until the trailer. */
export function gifFrames(bytes: Buffer): number {
  let frames = 0
  let at = 13 + coloursOf(bytes[10] ?? 0)
  while (at < bytes.length && bytes[at] !== TRAILER) {
    const image = bytes[at] === IMAGE
    if (image) frames++
    else if (bytes[at] !== EXTENSION) return 0
    at = afterBlocks(bytes, image ? at + 11 + coloursOf(bytes[at + 9] ?? 0) : at + 2)
  }
  return bytes[at] === TRAILER ? frames : 0
}

const TRAILER = 0x3b
const IMAGE = 0x2c
const EXTENSION = 0x21

function coloursOf(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

// Blocks of up to 255 bytes, until one of none.
function afterBlocks(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0)
  return at + 1
}
