// contract: what every reader of motion photos promises: an honest verdict about any file, however broken it is.
import type { Photo } from './photo.ts'

/** Of an `error` this kind of software gives up, or warns its user; a `warning` it passes over. */
export type Problem = { readonly level: 'error' | 'warning'; readonly message: string }

/** Bytes of the file: [offset, offset + length). */
export type ByteRange = { readonly offset: number; readonly length: number }

export type Verdict = {
  /** It is declared the way this reader looks for it, and a video really begins there. */
  readonly found: boolean
  /** There exactly when `found`. Lies inside the file, after the picture. */
  readonly clip?: ByteRange
  /** Of the clip's frame that the still shows; left out where it is not told, or told to be unset. Told also of a clip that is not found. */
  readonly timestampUs?: number
  readonly problems: readonly Problem[]
}

export interface Reader {
  readonly name: string
  /** Never throws for what is in the file, reads a bounded part of it, and knows nothing of the other readers. */
  read(photo: Photo): Promise<Verdict>
}

export const error = (message: string): Problem => ({ level: 'error', message })
export const warning = (message: string): Problem => ({ level: 'warning', message })

export function missing(...messages: readonly string[]): Verdict {
  return { found: false, problems: messages.map(error) }
}
