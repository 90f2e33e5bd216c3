// sending: runs that want to be heard of, and a sender with no patience, over a house.
import assert from 'node:assert/strict'
import { pino } from 'pino'
import { tellJob } from '../../../src/features/pipelines/teller.ts'
import { type Fetcher, openFetcher } from '../../../src/fetch/open.ts'
import type { Run } from '../../../src/runs/run.ts'
import { graphSteps } from '../../../src/runs/steps/graph.ts'
import type { Delivery } from '../../../src/runs/webhooks/delivery.ts'
import { openWebhooks } from '../../../src/runs/webhooks/open.ts'
import type { SendMeans } from '../../../src/runs/webhooks/send.ts'
import { type Sender, type SenderOptions, startSender } from '../../../src/runs/webhooks/sender.ts'
import { until } from '../../fixtures/children.ts'
import type { House } from '../../fixtures/house.ts'
import { ANY_SPEC } from '../../fixtures/steps.ts'

/** Loopback may be called. */
export const FETCHER = openFetcher({ allow: ['127.0.0.0/8'], maxBytes: 1 })

export function meansOf({ db }: House, fetcher: Fetcher = FETCHER): SendMeans {
  const log = pino({ level: 'silent' })
  return { db, fetcher, tellers: new Map([['pipelines', tellJob]]), userAgent: 'Kinora/1.2.3', log }
}

/** Tries three times, without a pause. Put it into `await using`. */
export async function sendFrom(house: House, options: Partial<SenderOptions> = {}, fetcher?: Fetcher) {
  const usual = { concurrency: 8, drainSeconds: 0, delaysSeconds: [0, 0, 0], timeoutMs: 10_000 }
  const sender: Sender = await startSender(meansOf(house, fetcher), { ...usual, ...options })
  return { ...sender, [Symbol.asyncDispose]: () => sender.stop() }
}

export async function startHeard({ runs }: House, webhookUrl: string, owner = 'ann'): Promise<Run> {
  const { graph, warnings } = runs.check(ANY_SPEC)
  assert.ok(graph)
  const draft = {
    door: 'pipelines',
    prefix: 'job',
    owner,
    request: { spec: ANY_SPEC },
    steps: graphSteps(graph),
    warnings,
  }
  return await runs.start({ ...draft, webhookUrl })
}

export function webhooksOf({ db }: House) {
  return openWebhooks(db, FETCHER)
}

/** The deliveries of a run, once they are as they should be. */
export async function deliveriesOf(
  house: House,
  { id, owner }: Run,
  wanted: (deliveries: readonly Delivery[]) => boolean = all => all.every(({ status }) => status !== 'pending'),
): Promise<readonly Delivery[]> {
  let found: readonly Delivery[] = []
  await until(async () => {
    found = await webhooksOf(house).deliveries(id, { owner })
    return wanted(found)
  })
  return found
}

/** What came of each attempt: a status or a reason. */
export function answersOf({ attempts }: Delivery): readonly unknown[] {
  return attempts.map(({ status, reason }) => status ?? reason)
}
