// contract: what can be painted. A file a scene, a line each in index.ts.
import type { Easel } from '../easel.ts'

export type Scene = {
  readonly name: string
  /** The stems of the words that ask for it. */
  readonly stems: string
  /** Fills the whole canvas. */
  paint(easel: Easel): void
}
