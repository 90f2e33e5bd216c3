// parts: cuts a stream of bytes into parts to send, and sums up what it has cut.
import { createHash } from 'node:crypto'

export type Part = {
  /** From 1, as S3 counts. */
  readonly number: number
  readonly body: Buffer
  readonly md5: Buffer
}

export type Cut = {
  /** At least one, all but the last of `partBytes`; the only part of nothing is empty. */
  readonly parts: AsyncGenerator<Part>
  /** Of the whole; to be asked once, when all parts have been taken. */
  sum(): { sizeBytes: number; sha256: string }
}

// S3 takes 10,000 parts; some servers take 1,000 unless they are told otherwise.
const MOST_PARTS = 10_000
const GOOD_PARTS = 1000
const LARGE_PART_BYTES = 64 << 20

/** How large the parts of so large a file have to be: few enough parts, and none larger than it needs to be. */
export function partBytesFor(sizeBytes: number, leastBytes: number): number {
  const good = Math.min(Math.ceil(sizeBytes / GOOD_PARTS), LARGE_PART_BYTES)
  return Math.max(leastBytes, good, Math.ceil(sizeBytes / MOST_PARTS))
}

export function cutIntoParts(chunks: AsyncIterable<Uint8Array | string>, partBytes: number): Cut {
  const sha256 = createHash('sha256')
  let sizeBytes = 0

  async function* cut(): AsyncGenerator<Part> {
    let number = 1
    let held: Uint8Array[] = []
    let heldBytes = 0
    const take = (): Part => {
      const body = Buffer.concat(held)
      held = []
      heldBytes = 0
      return { number: number++, body, md5: createHash('md5').update(body).digest() }
    }
    for await (const chunk of chunks) {
      let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
      sha256.update(rest)
      sizeBytes += rest.length
      while (rest.length > 0) {
        // Only when more follows, so that the last part is the rest and never empty.
        if (heldBytes === partBytes) yield take()
        const piece = rest.subarray(0, partBytes - heldBytes)
        held.push(piece)
        heldBytes += piece.length
        rest = rest.subarray(piece.length)
      }
    }
    yield take()
  }

  return { parts: cut(), sum: () => ({ sizeBytes, sha256: sha256.digest('hex') }) }
}
