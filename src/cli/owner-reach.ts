// owner-reach: runs a command where the data is: in the process that owns it, or here when there is none.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { lockDirectory } from '../db/lock.ts'
import { type AppError, toAppError } from '../lib/errors.ts'
import { askOwner } from './owner-client.ts'

/** Answers what the command answers. Throws what it throws, and `data_directory_in_use` when nobody answers for it. */
export async function runWhereDataIs(config: Config, command: string, input: unknown): Promise<unknown> {
  // A database server is everybody's.
  if (config.databaseUrl !== undefined) return await runHere(config, command, input)
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    const reply = await askOwner(config.dataDirectory, command, input)
    if (reply) return 'answer' in reply ? reply.answer : undefined
    const taken = take(config.dataDirectory)
    if ('lock' in taken) {
      using _held = taken.lock
      return await runHere(config, command, input)
    }
    // Its owner is starting or stopping, or is a command like this one.
    if (performance.now() > deadline) throw taken.refusal
    await sleep(100)
  }
}

const PATIENCE_MS = 15_000

function take(directory: string): { readonly lock: Disposable } | { readonly refusal: AppError } {
  try {
    return { lock: lockDirectory(directory) }
  } catch (thrown) {
    const refusal = toAppError(thrown)
    if (refusal.code !== 'data_directory_in_use') throw thrown
    return { refusal }
  }
}

async function runHere(config: Config, command: string, input: unknown): Promise<unknown> {
  // The embedded database alone takes longer to load than a question and its answer.
  const { askHere } = await import('./owner-here.ts')
  return await askHere(config, command, input)
}
