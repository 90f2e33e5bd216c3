// cache-files: what lies in the cache of fetched bytes and is none of them.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from '../contract.ts'
import { oldEntries } from '../old-entries.ts'

export const cacheFiles: Check = {
  name: 'cache-files',
  when: 'routine',
  looksAt: 'folders',
  async *find({ folders, patience }) {
    if (!folders) return
    for (const name of await oldEntries(folders.cache, patience.graceSeconds)) {
      if (/^[0-9a-f]{64}$/.test(name)) continue
      yield {
        where: `cache/${name}`,
        what: 'is nothing that was fetched',
        async mend() {
          await rm(join(folders.cache, name), { recursive: true, force: true })
          return true
        },
      }
    }
  },
}
