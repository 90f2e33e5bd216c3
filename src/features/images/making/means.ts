// means: what pictures are made with.
import type { Database } from '../../../db/open.ts'
import type { Fetcher } from '../../../fetch/open.ts'
import type { Processes } from '../../../process/open.ts'
import type { ImageModel, ImageProvider } from '../../../providers/image/contract.ts'
import type { ImageShelf } from '../../../providers/image/index.ts'
import type { Artifacts } from '../../../runs/artifacts.ts'
import type { Nudges } from '../nudges.ts'
import type { PictureNotes } from '../provenance/notes.ts'

export type ImageMeans = {
  readonly db: Database
  readonly processes: Processes
  readonly artifacts: Artifacts
  readonly shelf: ImageShelf
  /** For addresses that vendors name; it sets the most bytes that one picture may have. */
  readonly fetcher: Pick<Fetcher, 'download'>
  readonly nudges: Pick<Nudges, 'wait'>
  /** Writes into a finished picture how it was made. */
  mark(picture: Buffer, notes: PictureNotes): Buffer
  /** `Kinora 0.1.0`. */
  readonly software: string
  /** How long a vendor may take. */
  readonly maxMs: number
}

/** Who makes the pictures of an order, and with what. */
export type Maker = { readonly provider: ImageProvider; readonly model: ImageModel }
