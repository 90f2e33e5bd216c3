// artifact-digests: stored bytes are what their name says; every one of them is read.
import { createHash } from 'node:crypto'
import { toAppError } from '../../../lib/errors.ts'
import type { Storage } from '../../../storage/contract.ts'
import { objectKey } from '../../artifacts.ts'
import type { Check } from '../contract.ts'
import { forgetArtifact, readArtifacts } from '../stored-artifacts.ts'

export const artifactDigests: Check = {
  name: 'artifact-digests',
  when: 'deep',
  async *find({ db, storage }) {
    for await (const page of readArtifacts(db.kysely, 100))
      for (const artifact of page) {
        const found = await digestOf(storage, objectKey(artifact.digest))
        if (found === undefined || found === artifact.digest) continue
        yield {
          where: objectKey(artifact.digest),
          what: 'its bytes are not those that its name says',
          async mend() {
            await forgetArtifact(db.kysely, artifact)
            return true
          },
        }
      }
  },
}

// What is not there is told by another check; a disk that cannot read a sector says EIO, and then the bytes are not what they were.
async function digestOf(storage: Storage, key: string): Promise<string | undefined> {
  try {
    const hash = createHash('sha256')
    for await (const chunk of await storage.get(key)) hash.update(chunk as Buffer)
    return hash.digest('hex')
  } catch (error) {
    if (toAppError(error).code === 'object_missing') return undefined
    if ((error as NodeJS.ErrnoException).code === 'EIO') return 'unreadable'
    throw error
  }
}
