// lost-pictures: pictures that are still shown, and of which nothing is kept any more.
import type { Check } from '../../runs/upkeep/contract.ts'
import { deleteMedia, mediaWithoutBytes } from './store.ts'

export const lostPictures: Check = {
  name: 'lost-pictures',
  when: 'asked',
  async *find({ db }) {
    for (const id of await mediaWithoutBytes(db.kysely))
      yield {
        where: id,
        what: 'a picture that can be asked for is no longer kept: mending takes it away',
        async mend() {
          return await deleteMedia(db, id)
        },
      }
  },
}
