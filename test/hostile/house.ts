// house: runs a hostile file through a job as anybody's, and holds what came of it against everything it must not do.
import assert from 'node:assert/strict'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before } from 'node:test'
import type { Run } from '../../src/runs/run.ts'
import { toolsIn } from '../fixtures/children.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { type House, openHouse } from '../fixtures/house.ts'
import type { Bait } from './disguises.ts'
import { setTraps, type Traps } from './traps.ts'

export type Attacked = { readonly house: () => House; readonly traps: () => Traps }

/** A house with a worker, and traps around it, for all tests of a file. */
export function besieged(): Attacked {
  let house: House | undefined
  let traps: Traps | undefined
  before(async () => {
    traps = await setTraps()
    house = await openHouse(await placeEmbedded())
    await house.work()
  })
  after(async () => {
    await traps?.[Symbol.asyncDispose]()
    await house?.close()
    if (house) await rm(house.place.directory, { recursive: true, force: true })
  })
  return {
    house: () => house ?? assert.fail('the house did not open'),
    traps: () => traps ?? assert.fail('there are no traps'),
  }
}

const REFUSALS = ['media_unsupported', 'media_damaged', 'output_rejected', 'spec_invalid']
const SMALLER = [{ op: 'scale', input: 'a', output: 'o', params: { width: 32, height: 32 } }]

export type Attack = {
  readonly name: string
  readonly content: (bait: Bait) => string | Buffer | Promise<string | Buffer>
  readonly operations?: readonly object[]
  /** Where it is delivered to; its ending is the container. */
  readonly destination?: string
}

/** Runs the job and checks that nothing leaked or stayed; the verdict on how it ended is the caller's. */
export async function attack(
  { house, traps }: Attacked,
  { name, content, operations, destination }: Attack,
): Promise<Run> {
  const { uploads, output, start, ended, leftovers, place } = house()
  const visits = traps().visits()
  await writeFile(join(uploads, name), await content(await traps().bait(uploads, name)))
  const outputs = [{ id: 'o', destination: destination ?? `made-${name}.mp4` }]
  const run = await ended(
    await start({
      inputs: [{ id: 'a', source: `file:///uploads/${encodeURIComponent(name)}` }],
      operations: operations ?? SMALLER,
      outputs,
    }),
  )
  const told = JSON.stringify([run, await eventsOf(house(), run)])
  for (const secret of [...traps().secrets, place.directory]) assert.ok(!told.includes(secret), `${secret} was told`)
  assert.equal(traps().visits(), visits, 'somebody came to the port')
  assert.deepEqual(await leftovers(), [], 'scratch was left behind')
  assert.deepEqual(await toolsIn(place.directory), [], 'a tool was left running')
  if (run.status === 'failed')
    assert.deepEqual(
      (await readdir(output)).filter(file => file.includes(name)),
      [],
    )
  return run
}

/** It failed, with a code and a sentence for its owner, at the first attempt. */
export function assertRefused(run: Run): void {
  assert.equal(run.status, 'failed')
  assert.ok(REFUSALS.includes(run.error?.code ?? ''), `${run.error?.code}: ${run.error?.message}`)
  assert.ok(run.error?.message)
  for (const step of run.steps) assert.ok(step.failures <= 1, `${step.name} failed ${step.failures} times`)
}

async function eventsOf({ runs }: House, { id, owner }: Run): Promise<unknown[]> {
  return await Array.fromAsync(runs.events(id, { owner, seesAll: false }, 0, AbortSignal.timeout(30_000)))
}
