// mount-parts: copies of results that were being delivered by a process that was killed, in folders that callers see.
import { readdir, rm } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { isErrno } from '../../../lib/errors.ts'
import type { Check } from '../contract.ts'
import { isOld } from '../old-entries.ts'

export const mountParts: Check = {
  name: 'mount-parts',
  when: 'asked',
  looksAt: 'folders',
  async *find({ folders, patience }) {
    for (const [mount, directory] of Object.entries(folders?.mounts ?? {}))
      for await (const parts of partsBelow(directory, [])) {
        const path = join(directory, ...parts)
        if (!(await isOld(path, patience.graceSeconds))) continue
        yield {
          where: posix.join(mount, ...parts),
          what: 'was being delivered, and never was',
          async mend() {
            await rm(path, { force: true })
            return true
          },
        }
      }
  },
}

const PART = /^\.kinora-[0-9a-f]{16}-[0-9a-f-]{36}\.part$/

// A symlink is not followed: what is behind it is somebody else's.
async function* partsBelow(root: string, parents: readonly string[]): AsyncGenerator<string[]> {
  const entries = await readdir(join(root, ...parents), { withFileTypes: true }).catch(error => {
    if (['ENOENT', 'EACCES'].some(code => isErrno(error, code))) return []
    throw error
  })
  for (const entry of entries) {
    if (entry.isDirectory()) yield* partsBelow(root, [...parents, entry.name])
    else if (entry.isFile() && PART.test(entry.name)) yield [...parents, entry.name]
  }
}
