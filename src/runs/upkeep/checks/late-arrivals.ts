// late-arrivals: bytes that somebody began to store so long ago that nobody is storing them any more.
import { sql } from 'kysely'
import { withdraw } from '../../arrivals.ts'
import { objectKey } from '../../artifacts.ts'
import type { Check } from '../contract.ts'

export const lateArrivals: Check = {
  name: 'late-arrivals',
  when: 'routine',
  async *find({ db, patience }) {
    const { rows } = await sql<{ id: string; digest: string }>`
      select id, digest from arrivals where since <= now() - make_interval(secs => ${patience.arrivalSeconds})
      order by since`.execute(db.kysely)
    for (const arrival of rows)
      yield {
        where: objectKey(arrival.digest),
        what: 'was being stored, and never came',
        async mend() {
          await withdraw(db, arrival)
          return true
        },
      }
  },
}
