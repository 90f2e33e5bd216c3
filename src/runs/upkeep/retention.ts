// retention: one round of forgetting: what is old goes, and what was left behind is put away.
import type { Tallies } from '../tallies.ts'
import type { Check, UpkeepMeans } from './contract.ts'
import { look, mendIt } from './fsck.ts'
import { CHECKS } from './index.ts'
import { forgetExcess, forgetUnused } from './old-artifacts.ts'
import { deleteOldRuns } from './old-runs.ts'

/** 0 keeps for ever, or as much as there is. */
export type RetentionPolicy = {
  readonly keepRunsDays: number
  readonly keepArtifactsDays: number
  readonly artifactsMaxBytes: number
}

/** Something else to be forgotten, on a floor above this one. Answers how much there was. */
export type Chore = { readonly name: string; run(): Promise<number> }

export type RetentionMeans = UpkeepMeans & {
  readonly policy: RetentionPolicy
  readonly chores: readonly Chore[]
  readonly tallies: Tallies
}

/** In small pieces, each safe beside running work; `goOn` is asked between them. A piece that fails holds up no other. */
export async function retain(means: RetentionMeans, goOn: () => Promise<boolean>): Promise<void> {
  const failures: unknown[] = []
  for (const piece of pieces(means)) {
    if (!(await goOn())) break
    await piece(goOn).catch(error => failures.push(error))
  }
  await means.tallies.flush(means.db.kysely)
  if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures)
}

/** The same for what only this machine has. */
export async function retainHere(means: RetentionMeans): Promise<void> {
  for (const check of CHECKS) if (check.when === 'routine' && check.looksAt === 'folders') await tidy(means, check)
  await means.tallies.flush(means.db.kysely)
}

async function tidy(means: RetentionMeans, check: Check): Promise<void> {
  const findings = await look(check, means, mendIt)
  means.tallies.add('retention', { what: check.name }, findings.filter(({ mended }) => mended).length)
}

type Piece = (goOn: () => Promise<boolean>) => Promise<void>

function pieces(means: RetentionMeans): Piece[] {
  const { policy, chores, tallies } = means
  const routine = CHECKS.filter(({ when, looksAt }) => when === 'routine' && looksAt !== 'folders')
  return [
    ...(policy.keepRunsDays > 0 ? [runsPiece(means)] : []),
    ...(policy.keepArtifactsDays > 0 ? [artifactsPiece(means, forgetOld)] : []),
    ...(policy.artifactsMaxBytes > 0 ? [artifactsPiece(means, forgetTooMany)] : []),
    ...routine.map(
      (check): Piece =>
        () =>
          tidy(means, check),
    ),
    ...chores.map(
      (chore): Piece =>
        async () =>
          tallies.add('retention', { what: chore.name }, await chore.run()),
    ),
  ]
}

function runsPiece({ db, policy, tallies }: RetentionMeans): Piece {
  return async goOn => {
    for (let more = true; more && (await goOn()); ) {
      const done = await deleteOldRuns(db, policy.keepRunsDays)
      tallies.add('retention', { what: 'runs' }, done.deleted)
      more = done.more
    }
  }
}

function artifactsPiece(means: RetentionMeans, forget: typeof forgetOld): Piece {
  return async goOn => {
    for (let more = true; more && (await goOn()); ) {
      const done = await forget(means)
      means.tallies.add('retention', { what: 'artifacts' }, done.forgotten)
      means.tallies.add('retention_bytes', {}, done.sizeBytes)
      more = done.more
    }
  }
}

async function forgetOld({ db, policy }: RetentionMeans) {
  return await forgetUnused(db, policy.keepArtifactsDays)
}

async function forgetTooMany({ db, policy, patience }: RetentionMeans) {
  return await forgetExcess(db, policy.artifactsMaxBytes, patience.graceSeconds)
}
