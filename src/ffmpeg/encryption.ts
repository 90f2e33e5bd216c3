// encryption: whether a file's picture or sound is encrypted (DRM), as its container says; decoders only see noise.
import type { FileHandle } from 'node:fs/promises'
import { boxReader } from './boxes.ts'

type Looked = {
  readonly handle: FileHandle
  readonly demuxer: string
  readonly head: Buffer
  readonly sizeBytes: number
}

/** True where all pictures are encrypted, or all sound: nobody but the holder of the key can make anything of it. */
export async function isEncrypted({ handle, demuxer, head, sizeBytes }: Looked): Promise<boolean> {
  if (demuxer === 'asf') return ASF_ENCRYPTION.some(guid => head.includes(guid))
  if (demuxer === 'matroska') return ENCRYPTED_TRACK.test(head.toString('latin1'))
  if (demuxer === 'mpegts') return isScrambled(head)
  return demuxer === 'mov' && (await hasEncryptedTracks(handle, sizeBytes))
}

// Content Encryption, Extended Content Encryption and Advanced Content Encryption (ASF 01.20.05 §3.14 to 3.16).
const ASF_ENCRYPTION = [
  '2211b3fb-bd23-11d2-b4b7-00a0c955fc6e',
  '298ae614-2622-4c17-b935-dae07ee9289c',
  '43058533-6981-49e6-9b74-ad12cb86d58c',
].map(asfGuid)

// The first three fields are little-endian.
function asfGuid(text: string): Buffer {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}

// ContentEncodings, a ContentEncoding in it, and in that a ContentEncryption (RFC 9559 §5.1.4.1.31).
// biome-ignore lint/suspicious/noControlCharactersInRegex: the lengths may be any bytes.
const ENCRYPTED_TRACK = /\x6d\x80[\x01-\xff][\0-\xff]{0,7}?\x62\x40[\x01-\xff][\0-\xff]{0,40}?\x50\x35[\x80-\xff]/

// transport_scrambling_control (ISO 13818-1 §2.4.3.3): the tables are always clear, and so is stuffing.
function isScrambled(head: Buffer): boolean {
  for (const length of [188, 192, 204])
    for (let start = 0; start < length; start++) {
      if (head[start] !== 0x47 || head[start + length] !== 0x47 || head[start + 2 * length] !== 0x47) continue
      let [packets, scrambled] = [0, 0]
      for (let at = start; at + length <= head.length && head[at] === 0x47; at += length) {
        packets++
        if (((head[at + 3] ?? 0) & 0x80) !== 0) scrambled++
      }
      if (packets >= 5) return scrambled * 2 > packets
    }
  return false
}

// Sample entries of the Common Encryption (ISO 23001-7 §4.1), of Apple's FairPlay and of Audible.
const ENCRYPTED_ENTRIES = ['encv', 'enca', 'drmi', 'drms', 'aavd']

async function hasEncryptedTracks(handle: FileHandle, sizeBytes: number): Promise<boolean> {
  const boxes = boxReader(handle)
  const file = { type: '', start: 0, end: sizeBytes }
  const tracks: { kind: string; encrypted: boolean }[] = []
  for (const moov of await boxes.within(file, 'moov'))
    for (const trak of await boxes.within(moov, 'trak'))
      for (const mdia of await boxes.within(trak, 'mdia')) {
        const [handler] = await boxes.within(mdia, 'hdlr')
        const kind = handler ? await boxes.word(handler.start + 8) : ''
        const tables = await boxes.path(mdia, ['minf', 'stbl', 'stsd'])
        const entries = await Promise.all(tables.map(({ start }) => boxes.word(start + 12)))
        tracks.push({ kind, encrypted: entries.some(entry => ENCRYPTED_ENTRIES.includes(entry)) })
      }
  return ['vide', 'soun'].some(kind => {
    const alike = tracks.filter(track => track.kind === kind)
    return alike.length > 0 && alike.every(({ encrypted }) => encrypted)
  })
}
