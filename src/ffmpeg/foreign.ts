// foreign: what is never opened, with the words for it. Texts make ffmpeg read other files; archives hold films.

/** What these bytes are, in words, where that is known and nothing we open: `a web page (HTML), …`. */
export function foreignKind(bytes: Buffer): string | undefined {
  const known = foreign(bytes)
  if (known !== undefined) return known
  if (bytes.every(byte => byte === 0)) return 'nothing but zeros at its beginning: it was not written, or lost'
  return PRINTABLE.test(bytes.toString('latin1', 0, 512)) ? 'a text' : undefined
}

/** Whether the bytes must not be taken for anything else, whatever follows. */
export function isForeign(bytes: Buffer): boolean {
  return foreign(bytes) !== undefined
}

function foreign(bytes: Buffer): string | undefined {
  const beginning = bytes.toString('latin1', 0, 512)
  return (TEXTS.find(([, pattern]) => pattern.test(beginning)) ?? BINARY.find(([, matches]) => matches(bytes)))?.[0]
}

const PRINTABLE = /^[\t\n\r\x20-\x7e\x80-\xff]+$/

const SERVER = 'perhaps what a server answered instead of the file'

const text = (pattern: string) => new RegExp(`^(?:\\xef\\xbb\\xbf)?\\s*(?:${pattern})`, 'i')

const TEXTS: readonly (readonly [what: string, pattern: RegExp])[] = [
  [
    'a playlist, which names other files and holds no media',
    text('#EXTM3U|ffconcat|\\[playlist\\]|<asx|<smil|<MPD|rtsp://'),
  ],
  [`a web page (HTML), ${SERVER}`, text('<!doctype html|<html|<head|<body')],
  ['a drawing (SVG), which is a text', text('<svg|<!doctype svg')],
  ['a text in XML', text('<[?!a-z]')],
  [`a text in JSON, ${SERVER}`, text('[{[]\\s*["{[]')],
  ['a description of a session (SDP), which holds no media', text('v=0')],
  ['subtitles, without a film', text('WEBVTT|\\d+\\s*\\r?\\n\\d\\d:\\d\\d:\\d\\d[,.]\\d|\\[Script Info\\]')],
  ['metadata, without a film', text(';FFMETADATA')],
  ['a program', text('#!/')],
]

const at = (offset: number, letters: string) => (bytes: Buffer) =>
  bytes.toString('latin1', offset, offset + letters.length) === letters

const BINARY: readonly (readonly [what: string, matches: (bytes: Buffer) => boolean])[] = [
  ['a PDF document', at(0, '%PDF')],
  ['a ZIP archive, or a document that is one', at(0, 'PK\x03\x04')],
  ['a ZIP archive, or a document that is one', at(0, 'PK\x05\x06')],
  ['an archive (RAR)', at(0, 'Rar!\x1a')],
  ['an archive (7-Zip)', at(0, '7z\xbc\xaf')],
  ['compressed (gzip)', at(0, '\x1f\x8b')],
  ['compressed (bzip2)', at(0, 'BZh')],
  ['compressed (xz)', at(0, '\xfd7zXZ')],
  ['compressed (Zstandard)', at(0, '\x28\xb5\x2f\xfd')],
  ['an archive (tar)', at(257, 'ustar')],
  ['a program', at(0, '\x7fELF')],
  ['a program', bytes => at(0, 'MZ')(bytes) && bytes.includes('This program')],
  ['a Flash program', at(1, 'WS\x08')],
  ['a Photoshop document', at(0, '8BPS')],
  ['a JPEG XL picture', at(0, '\xff\x0a')],
  ['a JPEG XL picture', at(0, '\0\0\0\x0cJXL ')],
  ["a camera's raw picture", at(0, 'II*\0\x10\0\0\0CR')],
  // The second bit of the flags (RFC 9649 §2.7.1).
  [
    'a WebP that moves, which ffmpeg cannot decode: send it as GIF, APNG or video',
    bytes => at(8, 'WEBPVP8X')(bytes) && ((bytes[20] ?? 0) & 2) !== 0,
  ],
  ...['\0\0\0\x01\x67', '\0\0\0\x01\x27', '\0\0\0\x01\x09', '\0\0\0\x01\x40\x01', '\0\0\0\x01\x46\x01'].map(
    start =>
      ['a stream of H.264 or HEVC without times: put it into a container first, such as MP4', at(0, start)] as const,
  ),
]
