// undecodable: asks ffprobe about files with streams that may not or cannot be decoded, and says which they are.
import { DECODERS } from '../engine/decoders.ts'
import { AppError } from '../lib/errors.ts'

/** How to ask: with more options each time, and from the beginning. */
type Ask<Answer> = (options: readonly string[]) => Promise<Answer>

/** The streams, by index, that ffprobe could not open a decoder for, with the decoder's name where there is one. */
export type Undecodable = ReadonlyMap<number, string>

// Each names one more decoder; a file with more kinds of rare streams than this is none that anybody has.
const MOST_ATTEMPTS = 8

/**
 * ffprobe gives up on a file when it may not open the decoder of one of its streams, whether or not anybody wants that
 * stream. It is asked again, and may open that decoder now; what it decodes with to learn more of streams stays as it was
 * (`-codec_whitelist` is for the file too, `-codec_whitelist:` only for opening). Throws what `ask` throws.
 */
export async function openingAll<Answer extends { readonly log: string }>(
  ask: Ask<Answer>,
): Promise<Answer & { readonly undecodable: Undecodable }> {
  const refused = new Map<number, string>()
  for (let attempt = 1; ; attempt++) {
    const answer = await ask(refused.size === 0 ? [] : opening(refused)).catch((error: unknown) => {
      const found = attempt < MOST_ATTEMPTS ? refusedStream(error) : undefined
      if (!found || refused.has(found.index)) throw error
      refused.set(found.index, found.decoder)
      return undefined
    })
    if (answer) return { ...answer, undecodable: new Map([...withoutDecoder(answer.log), ...refused]) }
  }
}

// The specifier after the colon is empty, and so fits every stream.
function opening(refused: Undecodable): string[] {
  return ['-codec_whitelist:', [...DECODERS, ...refused.values()].join(',')]
}

function refusedStream(error: unknown): { index: number; decoder: string } | undefined {
  const log = error instanceof AppError && error.cause instanceof Error ? error.cause.message : ''
  const index = /^Could not open codec for input stream (\d+)$/m.exec(log)?.[1]
  const decoder = [...log.matchAll(/Codec \(([\w.-]+)\) not on whitelist/g)].at(-1)?.[1]
  return index !== undefined && decoder !== undefined ? { index: Number(index), decoder } : undefined
}

function withoutDecoder(log: string): [number, string][] {
  return [...log.matchAll(/Unsupported codec with id \d+ for input stream (\d+)/g)].map(([, index]) => [
    Number(index),
    '',
  ])
}
