// magic: the formats that say what they are in their first bytes, and the demuxer of each.

type Magic = readonly [demuxer: string, matches: (bytes: Buffer) => boolean]

const at = (offset: number, text: string) => (bytes: Buffer) =>
  bytes.toString('latin1', offset, offset + text.length) === text

const riff = (form: string) => (bytes: Buffer) =>
  /^(?:RIFF|RIFX|RF64|BW64)$/.test(bytes.toString('latin1', 0, 4)) && at(8, form)(bytes)

const form = (bytes: Buffer) => at(0, 'FORM')(bytes) && /^AIF[FC]$/.test(bytes.toString('latin1', 8, 12))

// Of a PNG that moves (APNG), the number of frames stands before the first of them.
function moves(bytes: Buffer): boolean {
  const [control, pixels] = [bytes.indexOf('acTL'), bytes.indexOf('IDAT')]
  return (
    control > 0 &&
    control + 8 <= bytes.length &&
    (pixels < 0 || control < pixels) &&
    bytes.readUInt32BE(control + 4) > 1
  )
}

// Two letters are few: the reserved bytes are zero, and the header has one of the lengths that there are.
function isBmp(bytes: Buffer): boolean {
  if (!at(0, 'BM')(bytes) || bytes.length < 26) return false
  return bytes.readUInt32LE(6) === 0 && [12, 40, 52, 56, 64, 108, 124].includes(bytes.readUInt32LE(14))
}

// The header of a DIF block, and the subcode block after it (IEC 61834-2 §11.2).
function isDv(bytes: Buffer): boolean {
  return (
    bytes.length >= 480 &&
    (bytes.readUInt32BE(0) & 0xffffff7f) >>> 0 === 0x1f07003f &&
    ((bytes[80] ?? 0) & 0xe0) === 0x20
  )
}

const PNG = at(0, '\x89PNG\r\n\x1a\n')
const BOXES = /^(?:ftyp|styp|moov|mdat|moof|wide|free|skip|pnot)$/

export const MAGIC: readonly Magic[] = [
  ['mov', bytes => BOXES.test(bytes.toString('latin1', 4, 8))],
  ['matroska', at(0, '\x1a\x45\xdf\xa3')],
  ['wav', riff('WAVE')],
  ['avi', riff('AVI ')],
  ['webp_pipe', riff('WEBP')],
  ['qcp', riff('QLCM')],
  ['flac', at(0, 'fLaC')],
  ['ogg', at(0, 'OggS')],
  ['flv', at(0, 'FLV\x01')],
  ['apng', bytes => PNG(bytes) && moves(bytes)],
  ['png_pipe', PNG],
  ['jpeg_pipe', at(0, '\xff\xd8\xff')],
  ['gif', at(0, 'GIF87a')],
  ['gif', at(0, 'GIF89a')],
  ['bmp_pipe', isBmp],
  ['tiff_pipe', at(0, 'II*\0')],
  ['tiff_pipe', at(0, 'MM\0*')],
  ['asf', at(0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c')],
  ['wtv', at(0, '\xb7\xd8\x00\x20\x37\x49\xda\x11\xa6\x4e\x00\x07\xe9\x5e\xad\x8d')],
  ['mxf', at(0, '\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01')],
  ['rm', at(0, '.RMF')],
  ['rm', at(0, '.ra\xfd')],
  ['dv', isDv],
  ['ivf', at(0, 'DKIF\0\0')],
  ['yuv4mpegpipe', at(0, 'YUV4MPEG2 ')],
  ['nut', at(0, 'nut/multimedia container\0')],
  ['aiff', form],
  ['caf', at(0, 'caff\0\x01')],
  ['au', at(0, '.snd\0\0')],
  ['w64', at(0, 'riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0')],
  ['amr', at(0, '#!AMR\n')],
  ['amr', at(0, '#!AMR-WB\n')],
  ['ape', at(0, 'MAC ')],
  ['wv', at(0, 'wvpk')],
  ['tta', at(0, 'TTA1')],
  ['tak', at(0, 'tBaK')],
  ['mpc', at(0, 'MP+')],
  ['mpc8', at(0, 'MPCK')],
  ['dsf', at(0, 'DSD \x1c\0\0\0')],
  ['dtshd', at(0, 'DTSHDHDR')],
  ['voc', at(0, 'Creative Voice File\x1a')],
  ['dss', at(0, '\x02dss')],
  ['dss', at(0, '\x03dss')],
]
