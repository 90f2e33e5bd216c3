// picture-list: the segment in which a JPEG says that another picture follows it (CIPA DC-007, Multi-Picture Format).

/** The payload of an APP2 segment: always so many bytes, whatever it says. */
export const LIST_BYTES = 4 + 8 + 2 + 3 * 12 + 4 + 2 * 16

/**
 * `listAt`: where in the file the payload begins. Offsets are counted from its TIFF header, and the second picture follows
 * the first at once.
 */
export function pictureList(listAt: number, firstBytes: number, secondBytes: number): Buffer {
  const payload = Buffer.alloc(LIST_BYTES)
  payload.write('MPF\0MM\0*', 0, 'latin1')
  payload.writeUInt32BE(8, 8)
  payload.writeUInt16BE(3, 12)
  const rows = [
    [0xb000, 7, 4, 0x30313030],
    [0xb001, 4, 1, 2],
    [0xb002, 7, 32, ENTRIES_AT],
  ] as const
  for (const [index, [tag, type, count, value]] of rows.entries()) {
    const at = 14 + index * 12
    payload.writeUInt16BE(tag, at)
    payload.writeUInt16BE(type, at + 2)
    payload.writeUInt32BE(count, at + 4)
    payload.writeUInt32BE(value, at + 8)
  }
  const first = HEADER_AT + ENTRIES_AT
  payload.writeUInt32BE(PRIMARY, first)
  payload.writeUInt32BE(firstBytes, first + 4)
  payload.writeUInt32BE(secondBytes, first + 16 + 4)
  payload.writeUInt32BE(firstBytes - (listAt + HEADER_AT), first + 16 + 8)
  return payload
}

const HEADER_AT = 4
const ENTRIES_AT = 8 + 2 + 3 * 12 + 4
// A baseline primary image.
const PRIMARY = 0x030000
