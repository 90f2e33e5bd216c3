// transaction: the only way into a transaction: it has a deadline, and clashes between transactions are tried again.
import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../lib/errors.ts'
import type { Scope } from './guard.ts'
import type { Tables } from './tables.ts'

/**
 * Runs `work` in one transaction: all of it happens or none. Inside, only `trx` may be used; any other handle throws.
 * Await nothing in there but the database, and touch nothing outside it: after a deadlock or a serialization failure
 * `work` is run again. Throws `unavailable` when it takes longer than `deadlineMs` (30 s).
 */
export type RunTransaction = <T>(
  work: (trx: Transaction<Tables>) => Promise<T>,
  options?: { deadlineMs?: number },
) => Promise<T>

const ATTEMPTS = 4
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'

export function transactions(kysely: Kysely<Tables>, scope: Scope): RunTransaction {
  return async (work, { deadlineMs = 30_000 } = {}) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await kysely.transaction().execute(trx => scope.run(() => within(deadlineMs, work(trx))))
      } catch (error) {
        if (attempt === ATTEMPTS || !isClash(error)) throw error
      }
    }
  }
}

async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new AppError('unavailable', `A transaction was given up after ${deadlineMs} ms`))
  }, deadlineMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

function isClash(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return code === SERIALIZATION_FAILURE || code === DEADLOCK
}
