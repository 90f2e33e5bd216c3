// contract: what an operation is. One file an operation, one line each in index.ts, one contract suite for all.
import type { z } from 'zod'
import type { Room } from '../colour/form.ts'
import type { Media } from '../media.ts'

export interface Operation<Params> {
  /** As it stands in a spec's `op`. */
  readonly name: string
  /** One sentence for people, in the present tense. */
  readonly summary: string
  /** How many inputs it takes; more than one are given as `inputs`. */
  readonly inputs: { readonly min: number; readonly max: number }
  /** Reads the untrusted parameters: every number bounded, every word from a closed list. */
  readonly params: z.ZodType<Params>
  /** What comes out of these inputs. Pure; throws OperationFault when the media does not allow it. */
  apply(params: Params, inputs: readonly Media[], context: ApplyContext): Media
}

export type ApplyContext = {
  /** The ids of the inputs, for messages. */
  readonly names: readonly string[]
  /** What the outputs have room for: where pictures meet, no more of them is kept. */
  readonly room: Room
  /** Something the caller should know, though the work can be done. */
  warn(message: string): void
}

/** What the media does not allow, and where the spec says it, relative to the operation (`/params/start`, `/input`). */
export class OperationFault extends Error {
  override readonly name = 'OperationFault'
  readonly at: string

  constructor(at: string, message: string) {
    super(message)
    this.at = at
  }
}

/** Keeps the type of an operation's parameters between its schema and its `apply`. */
export function defineOperation<Params>(operation: Operation<Params>): Operation<Params> {
  return operation
}
