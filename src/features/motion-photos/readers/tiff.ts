// tiff: the directories of a TIFF block, in which Exif keeps what it says, as rows whose values can be changed in place.

const SHORT = 3

export type Row = { readonly tag: number; readonly type: number; readonly at: number }
type Numbers = NonNullable<ReturnType<typeof numbersOf>>

/** Its numbers, in its order of bytes; undefined when this is no TIFF. */
export function numbersOf(bytes: Buffer) {
  const order = bytes.toString('latin1', 0, 4)
  if (bytes.length < 14 || (order !== 'II*\0' && order !== 'MM\0*')) return undefined
  const little = order === 'II*\0'
  const writeLong = (at: number, value: number) =>
    little ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at)
  const writeShort = (at: number, value: number) =>
    little ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at)
  return {
    length: bytes.length,
    short: (at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)),
    long: (at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)),
    writeLong,
    writeNumber: ({ type, at }: Row, value: number) =>
      type === SHORT ? writeShort(at + 8, Math.min(value, 0xffff)) : writeLong(at + 8, value),
  }
}

/** The rows of the directory at this offset, and where it says which one follows; undefined outside of the block. */
export function readRows(numbers: Numbers, at: number): { readonly rows: Row[]; readonly nextAt: number } | undefined {
  if (at < 8 || at + 2 > numbers.length) return undefined
  const count = numbers.short(at)
  const nextAt = at + 2 + count * 12
  if (nextAt + 4 > numbers.length) return undefined
  const rows = Array.from({ length: count }, (_, index) => {
    const row = at + 2 + index * 12
    return { tag: numbers.short(row), type: numbers.short(row + 2), at: row }
  })
  return { rows, nextAt }
}
