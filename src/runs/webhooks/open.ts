// open: webhooks as doors use them: URLs checked, deliveries looked at and sent off again, secrets shown and renewed.
import type { Database } from '../../db/open.ts'
import type { Fetcher } from '../../fetch/open.ts'
import { getRun } from '../store.ts'
import type { Webhooks } from './delivery.ts'
import { readSecret, rotateSecret } from './secrets.ts'
import { listDeliveries, redeliver } from './store.ts'

export function openWebhooks(db: Database, fetcher: Pick<Fetcher, 'check'>): Webhooks {
  return {
    check: url => fetcher.check(url),
    async deliveries(runId, viewer) {
      await getRun(db.kysely, runId, viewer)
      return await listDeliveries(db.kysely, runId)
    },
    async redeliver(runId, deliveryId, viewer) {
      await getRun(db.kysely, runId, viewer)
      return await redeliver(db, runId, deliveryId)
    },
    secret: owner => readSecret(db.kysely, owner),
    rotateSecret: owner => rotateSecret(db, owner),
  }
}
