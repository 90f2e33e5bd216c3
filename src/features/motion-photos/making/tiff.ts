// tiff: writes the directories of little-endian TIFF, in which Exif keeps what it says.

export type Entry = {
  readonly tag: number
  readonly type: keyof typeof TYPES
  readonly value: Value
}
type Value = Buffer | number

/** Numbers of the types, and how many bytes one of them takes. */
const TYPES = {
  byte: { code: 1, bytes: 1 },
  text: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  ratio: { code: 5, bytes: 8 },
  bytes: { code: 7, bytes: 1 },
} as const

export function text(tag: number, value: string): Entry {
  return { tag, type: 'text', value: Buffer.from(`${value}\0`, 'latin1') }
}

/** With the values that stand behind it. */
export function sizeOfDirectory(entries: readonly Entry[]): number {
  return entries.reduce((sum, { value }) => sum + 12 + outside(value).length, 2 + 4)
}

/** A directory at this offset, by the numbers of its tags; `nextAt` is zero when none follows. */
export function printDirectory(entries: readonly Entry[], at: number, nextAt: number): Buffer {
  const rows = Buffer.alloc(2 + entries.length * 12 + 4)
  rows.writeUInt16LE(entries.length, 0)
  let valueAt = at + rows.length
  for (const [index, entry] of entries.entries()) {
    writeEntry(rows, 2 + index * 12, entry, valueAt)
    valueAt += outside(entry.value).length
  }
  rows.writeUInt32LE(nextAt, rows.length - 4)
  return Buffer.concat([rows, ...entries.map(({ value }) => outside(value))])
}

function writeEntry(rows: Buffer, row: number, { tag, type, value }: Entry, valueAt: number): void {
  const { code, bytes } = TYPES[type]
  rows.writeUInt16LE(tag, row)
  rows.writeUInt16LE(code, row + 2)
  rows.writeUInt32LE(typeof value === 'number' ? 1 : value.length / bytes, row + 4)
  if (typeof value === 'number') rows.writeUInt32LE(value, row + 8)
  else if (value.length > 4) rows.writeUInt32LE(valueAt, row + 8)
  else value.copy(rows, row + 8)
}

// Values of more than four bytes stand behind their directory, at an even offset.
function outside(value: Value): Buffer {
  if (typeof value === 'number' || value.length <= 4) return Buffer.alloc(0)
  return value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)])
}
