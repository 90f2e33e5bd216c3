// samsung: the trailer in which Samsung's telephones keep a clip: a named field, and a directory that ends the file.

const NAME = Buffer.from('MotionPhoto_Data')
const MARKER = 0x0a30
const VERSION = 106

/** What stands before the clip. */
export function fieldHeader(): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(MARKER, 2)
  head.writeUInt32LE(NAME.length, 4)
  return Buffer.concat([head, NAME])
}

/** What stands behind a clip of so many bytes, to the end of the file. */
export function trailer(clipBytes: number): Buffer {
  const fieldBytes = fieldHeader().length + clipBytes
  const directory = Buffer.alloc(24)
  directory.write('SEFH', 0, 'latin1')
  directory.writeUInt32LE(VERSION, 4)
  // One field: two zeros, its marker, how far before the directory it begins, and how long it is.
  directory.writeUInt32LE(1, 8)
  directory.writeUInt16LE(MARKER, 14)
  directory.writeUInt32LE(fieldBytes, 16)
  directory.writeUInt32LE(fieldBytes, 20)
  const end = Buffer.alloc(8)
  end.writeUInt32LE(directory.length, 0)
  end.write('SEFT', 4, 'latin1')
  return Buffer.concat([directory, end])
}
