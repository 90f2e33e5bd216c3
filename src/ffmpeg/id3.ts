// id3: where the tags end that stand before the sound of MP3, and now and then of WAV, FLAC and AAC.

/** Of the bytes of a file's beginning; it may lie behind them. Zero where there is no tag. */
export function afterTags(bytes: Buffer): number {
  let start = 0
  // "ID3", version, flags, and a length of four times seven bits (id3.org, ID3v2.4 §3.1). Encoders pad with zeros.
  while (bytes.toString('latin1', start, start + 3) === 'ID3' && start + 10 <= bytes.length) {
    const footer = ((bytes[start + 5] ?? 0) & 0x10) !== 0 ? 10 : 0
    const length = [6, 7, 8, 9].reduce((sum, index) => sum * 128 + ((bytes[start + index] ?? 0) & 0x7f), 0)
    start += 10 + length + footer
  }
  if (start > 0) while (bytes[start] === 0) start += 1
  return start
}
