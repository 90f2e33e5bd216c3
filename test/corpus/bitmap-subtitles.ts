// bitmap-subtitles: subtitles that are pictures, as Blu-ray has them (PGS), because ffmpeg makes none out of text.

/** A bar that is shown for half a second from each of these instants. */
export function bitmapSubtitles(fromS: readonly number[]): Buffer {
  return Buffer.concat(fromS.flatMap(atS => [...shown(atS), ...cleared(atS + 0.5)]))
}

const [WIDTH, HEIGHT] = [32, 8]
const WINDOW = [0, 8, 0, 8]

function shown(atS: number): Buffer[] {
  // A run of a colour: 00, its length with the highest bit set, the colour; 00 00 ends a line.
  const line = [0, 0x80 | WIDTH, 1, 0, 0]
  const pixels = Array.from({ length: HEIGHT }, () => line).flat()
  return [
    segment(atS, 0x16, [...composition(1), 0, 0, 0, 0, ...WINDOW]),
    segment(atS, 0x17, [1, 0, ...WINDOW, 0, WIDTH, 0, HEIGHT]),
    // Colour 1 is white and opaque: Y, Cr, Cb, alpha.
    segment(atS, 0x14, [0, 0, 1, 235, 128, 128, 255]),
    segment(atS, 0x15, [0, 0, 0, 0xc0, 0, 0, pixels.length + 4, 0, WIDTH, 0, HEIGHT, ...pixels]),
    segment(atS, 0x80, []),
  ]
}

function cleared(atS: number): Buffer[] {
  return [segment(atS, 0x16, composition(0)), segment(atS, 0x17, [0]), segment(atS, 0x80, [])]
}

// Of 96 x 64 pixels, with so many objects.
function composition(objects: number): number[] {
  return [0, 96, 0, 64, 0x10, 0, 0, 0x80, 0, 0, objects]
}

function segment(atS: number, type: number, content: readonly number[]): Buffer {
  const head = Buffer.alloc(13)
  head.write('PG')
  head.writeUInt32BE(Math.round(atS * 90_000), 2)
  head.writeUInt8(type, 10)
  head.writeUInt16BE(content.length, 11)
  return Buffer.concat([head, Buffer.from(content)])
}
