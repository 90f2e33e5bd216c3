// multipart: one file as a multipart/form-data body that is made while it is sent (RFC 7578), whatever its size.
import { nameOf, piecesOf, type Source } from './source.ts'
import type { OnUploaded } from './upload.ts'

type MultipartBody = {
  readonly headers: Readonly<Record<string, string>>
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
  readonly duplex: 'half'
}

// A blob in memory comes as one piece, whatever its size.
const COUNTED_BYTES = 65_536

/** `onUploaded` hears what the connection has taken. */
export function multipart(field: string, source: Source, onUploaded: OnUploaded): MultipartBody {
  const boundary = `----kinora-${crypto.randomUUID()}`
  const text = new TextEncoder()
  const head = text.encode(
    `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${quoted(nameOf(source))}"\r\n` +
      `content-type: ${source.type || 'application/octet-stream'}\r\n\r\n`,
  )
  const tail = text.encode(`\r\n--${boundary}--\r\n`)

  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield head
    let sentBytes = 0
    for await (const piece of piecesOf(source))
      for (let at = 0; at < piece.length; at += COUNTED_BYTES) {
        const part = piece.subarray(at, at + COUNTED_BYTES)
        yield part
        sentBytes += part.length
        onUploaded(sentBytes, source.size)
      }
    if (source.size === undefined) onUploaded(sentBytes, sentBytes)
    yield tail
  }

  return {
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      // A server that knows the length can refuse at once.
      ...(source.size !== undefined && { 'content-length': String(head.length + source.size + tail.length) }),
    },
    body: toStream(pieces()),
    duplex: 'half',
  }
}

/** As browsers escape a file's name (WHATWG HTML, multipart/form-data encoding algorithm). */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function toStream(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value as Uint8Array<ArrayBuffer>)
    },
    async cancel() {
      await pieces.return(undefined)
    },
  })
}
