// packet-runs: tells MPEG's streams of packets, which may begin anywhere, by packets one after another.

// 188 bytes; Blu-ray and camcorders put 4 bytes of time before each, and receivers 16 bytes of error correction behind.
const LENGTHS = [188, 192, 204]
const SYNC = 0x47
const MOST = 16
const FEWEST = 5

/** Whether there is a run of packets of MPEG-TS (ISO 13818-1 §2.4.3.2). */
export function transportStream(bytes: Buffer): boolean {
  return LENGTHS.some(length => {
    const packets = Math.min(MOST, Math.floor(bytes.length / length) - 1)
    if (packets < FEWEST) return false
    const last = bytes.length - packets * length
    for (let start = 0; start < last; start++) if (isRun(bytes, start, length, packets)) return true
    return false
  })
}

// Text is full of letters G, but no packet has neither content nor stuffing: such a control field is reserved.
function isRun(bytes: Buffer, start: number, length: number, packets: number): boolean {
  let sound = 0
  for (let n = 0; n < packets; n++) {
    const offset = start + n * length
    if (bytes[offset] !== SYNC) return false
    if (((bytes[offset + 3] ?? 0) & 0x30) !== 0) sound++
  }
  return sound * 2 > packets
}

/** Whether packets of a programme stream follow a pack header (ISO 13818-1 §2.5.3.3, ISO 11172-1), wherever that is. */
export function programStream(bytes: Buffer): boolean {
  for (let pack = bytes.indexOf(PACK); pack >= 0; pack = bytes.indexOf(PACK, pack + 1)) {
    const length = packLength(bytes, pack)
    if (length > 0 && followed(bytes, pack + length)) return true
  }
  return false
}

const PACK = Buffer.from([0, 0, 1, 0xba])

// The two kinds differ in the bits that mark them, and only the later one has stuffing.
function packLength(bytes: Buffer, pack: number): number {
  const mark = bytes[pack + 4] ?? 0
  if ((mark & 0xf1) === 0x21) return 12
  return (mark & 0xc4) === 0x44 ? 14 + ((bytes[pack + 13] ?? 0) & 7) : 0
}

// Two packets with lengths that agree, or one that goes beyond what we see.
function followed(bytes: Buffer, start: number): boolean {
  let offset = start
  for (let count = 0; count < 2; count++) {
    if (offset + 6 > bytes.length) return count > 0
    const id = bytes[offset + 3] ?? 0
    if (bytes.readUIntBE(offset, 3) !== 1 || id < 0xb9) return false
    offset += id === 0xba ? packLength(bytes, offset) || bytes.length : 6 + bytes.readUInt16BE(offset + 4)
  }
  return true
}
