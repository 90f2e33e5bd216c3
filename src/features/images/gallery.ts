// gallery: the pictures that are there and how long others take, as doors ask for them.
import type { Database } from '../../db/open.ts'
import { AppError } from '../../lib/errors.ts'
import { estimateMs, usualMs } from './history.ts'
import type { Gallery } from './services.ts'
import { deleteMedia, findMedia, mediaOf } from './store.ts'

/** `concurrency`: how many pictures are worked on at once. */
export function openGallery(db: Database, concurrency: number): Gallery {
  return {
    async find(id) {
      return (await findMedia(db.kysely, id)) ?? missing()
    },
    of: runIds => mediaOf(db.kysely, runIds),
    async remove(id) {
      if (!(await deleteMedia(db, id))) missing()
    },
    estimateMs: model => estimateMs(db.kysely, model, { concurrency }),
    usualMs: model => usualMs(db.kysely, model),
  }
}

function missing(): never {
  throw new AppError('media_not_found', 'Media not found')
}
