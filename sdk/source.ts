// source: what can be uploaded: a file, a blob, or a stream that is read once and never held in memory.

/** A stream of bytes with a name. A `Readable` of Node is one, too. */
export type StreamSource = {
  readonly stream: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
  readonly name: string
  /** In bytes; without it there is no percentage while uploading. */
  readonly size?: number
  /** A media type such as `video/mp4`. */
  readonly type?: string
}

export type Source = Blob | StreamSource

export function isStream(source: Source): source is StreamSource {
  return 'stream' in source && typeof source.stream !== 'function'
}

/** What the server is told that the file is called. */
export function nameOf(source: Source): string {
  return 'name' in source && typeof source.name === 'string' && source.name !== '' ? source.name : 'clip'
}

/** The bytes, piece by piece. Whoever stops early closes the stream. */
export async function* piecesOf(source: Source): AsyncGenerator<Uint8Array> {
  const stream = isStream(source) ? source.stream : source.stream()
  if (!('getReader' in stream)) return yield* stream
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** The whole as a blob: for browsers, whose uploads cannot be streams. */
export async function toBlob(source: Source): Promise<Blob> {
  if (!isStream(source)) return source
  const pieces: Uint8Array<ArrayBuffer>[] = []
  for await (const piece of piecesOf(source)) pieces.push(new Uint8Array(piece))
  return new Blob(pieces, source.type === undefined ? {} : { type: source.type })
}
