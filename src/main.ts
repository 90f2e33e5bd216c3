#!/usr/bin/env node
// main: START HERE: the commands, what a signal does, and how a failure to start is told.

import { enableCompileCache, flushCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Role } from './cli/roles.ts'
import { AppError } from './lib/errors.ts'
import { nearest } from './lib/nearest.ts'
import { version } from './version.ts'

type Command = {
  readonly usage: string
  readonly summary: string
  /** Resolves with the exit code. What it needs is imported here, so that each command loads only that. */
  run(words: readonly string[]): Promise<number>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    usage: 'serve',
    summary: 'everything in one process (what runs when nothing is said)',
    run: () => stay('serve'),
  },
  api: { usage: 'api', summary: 'only the listeners; needs KINORA_DATABASE_URL', run: () => stay('api') },
  worker: { usage: 'worker', summary: 'only the work; needs KINORA_DATABASE_URL', run: () => stay('worker') },
  demo: {
    usage: 'demo [CLIP]',
    summary: 'makes three renditions of a clip, through the API, and shows them',
    run: async words => await (await import('./cli/demo.ts')).demo(words),
  },
  keys: {
    usage: 'keys',
    summary: 'makes, lists, revokes and deletes API keys',
    run: async words => await (await import('./cli/keys.ts')).keys(words),
  },
  tokens: {
    usage: 'tokens',
    summary: 'makes, checks and renews tokens',
    run: async words => await (await import('./cli/tokens.ts')).tokens(words),
  },
  fsck: {
    usage: 'fsck',
    summary: 'proves that everything that is kept fits together; --mend puts right what does not',
    run: async words => await (await import('./cli/fsck.ts')).fsck(words),
  },
  verify: {
    usage: 'verify',
    summary: 'says whether a picture is as it was made, from its signed provenance',
    run: async words => await (await import('./cli/verify.ts')).verify(words),
  },
  users: {
    usage: 'users',
    summary: 'makes, lists, disables and deletes users',
    run: async words => await (await import('./cli/users.ts')).users(words),
  },
  doctor: {
    usage: 'doctor',
    summary: 'looks at this machine and the settings, and says what is wrong (--json)',
    run: async words => await (await import('./cli/doctor.ts')).doctor(words),
  },
}

keepCompiled()
try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  // What we throw on purpose is made for whoever reads it here; anything else is a bug and shows where.
  process.stderr.write(`kinora: ${error instanceof AppError ? error.message : text(error)}\n`)
  process.exitCode = 1
}
// Everything has been closed in good order; a connection that lingers somewhere is no reason to stay.
process.exit()

// Reading 1,500 modules is half of a start. A directory of one's own, because what lies there is run; where it cannot be
// written, every start compiles.
function keepCompiled(): void {
  try {
    enableCompileCache(join(homedir(), '.cache/kinora/compiled'))
  } catch {
    // Some accounts of containers have no home.
  }
}

async function main([word = 'serve', ...words]: readonly string[]): Promise<number> {
  if (['--help', '-h', 'help'].includes(word)) return print(help())
  if (['--version', '-v'].includes(word)) return print(version)
  const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined
  if (command) return await command.run(words)
  const meant = nearest(word, Object.keys(COMMANDS))
  process.stderr.write(
    `kinora: there is no command "${word}"${meant ? `; did you mean "${meant}"?` : ''}\n\n${help()}\n`,
  )
  return 2
}

// Runs until the first SIGTERM or SIGINT, and then stops in good order; the second one ends the process at once.
async function stay(role: Role): Promise<number> {
  const signalled = firstSignal()
  const { openRole } = await import('./cli/roles.ts')
  const { loadConfig, readEnvironment } = await import('./config.ts')
  const running = await openRole(role, loadConfig(readEnvironment()))
  print(JSON.stringify({ event: 'ready', ports: running.ports }))
  flushCompileCache()
  await signalled
  await running.stop()
  return 0
}

async function firstSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let signals = 0
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => (++signals > 1 ? process.exit(1) : resolve()))
  await promise
}

function help(): string {
  const rows = Object.values(COMMANDS).map(({ usage, summary }) => `  ${usage.padEnd(14)}${summary}`)
  return `kinora [COMMAND]\n\n${rows.join('\n')}\n\nSettings are environment variables: docs/configuration.md has them all.`
}

function print(line: string): number {
  process.stdout.write(`${line}\n`)
  return 0
}

function text(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
