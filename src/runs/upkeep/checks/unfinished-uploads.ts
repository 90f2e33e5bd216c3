// unfinished-uploads: what the storage holds of objects that nobody will finish any more.
import type { Check } from '../contract.ts'

export const unfinishedUploads: Check = {
  name: 'unfinished-uploads',
  when: 'routine',
  async *find({ storage, patience }) {
    const before = new Date(Date.now() - patience.arrivalSeconds * 1000)
    for await (const { name, remove } of storage.leftovers?.('artifacts/', before) ?? [])
      yield {
        where: name,
        what: 'was begun, and never finished',
        async mend() {
          await remove()
          return true
        },
      }
  },
}
