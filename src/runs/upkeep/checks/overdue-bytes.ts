// overdue-bytes: bytes that nobody has named for longer than anybody could still be reading them.
import { objectKey } from '../../artifacts.ts'
import { overdue, takeAway } from '../bytes.ts'
import type { Check } from '../contract.ts'

export const overdueBytes: Check = {
  name: 'overdue-bytes',
  when: 'routine',
  async *find(means) {
    const { graceSeconds } = means.patience
    for (const digest of await overdue(means.db.kysely, graceSeconds, MOST))
      yield {
        where: objectKey(digest),
        what: 'nobody names these bytes any more',
        // They are known of, and go in the next round.
        harmless: true,
        async mend() {
          await takeAway(means, digest, graceSeconds)
          return true
        },
      }
  },
}

// The rest has its turn in the next round.
const MOST = 5000
