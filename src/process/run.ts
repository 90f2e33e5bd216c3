// run: the only place that starts a process. It ends with the process closed and gone, however it ends.
import { resolve } from 'node:path'
import { execa, type Options } from 'execa'
import { AppError } from '../lib/errors.ts'
import { failureOf } from './failure.ts'
import { type Box, CHILD_ENVIRONMENT, type Level } from './level.ts'
import { type Limits, limiter, withDefaults } from './limits.ts'
import { readLines } from './lines.ts'
import { keepTail, withoutHostPaths } from './log.ts'
import { stopper } from './stop.ts'

/** What to run: the engine's Command is one. */
export type Invocation = { readonly program: string; readonly args: readonly string[] }

export type RunOptions = {
  readonly signal?: AbortSignal
  readonly limits?: Partial<Limits>
  /** Each line of stdout as it comes; stdout is then not collected. */
  readonly onLine?: (line: string) => void
}

export type Finished = { readonly stdout: string; readonly log: string; readonly elapsedMs: number }

/** Throws what failureOf says, or what `onLine` threw. It settles only after the child has closed. */
export async function run(
  level: Level,
  { program, args }: Invocation,
  relative: Box,
  { signal, limits: given, onLine }: RunOptions = {},
): Promise<Finished> {
  if (signal?.aborted) throw new AppError('cancelled', 'The work was cancelled')
  const limits = withDefaults(given)
  const box = absolute(relative)
  const { words, cwd, filter } = level.wrap(program, args, box)
  const [file = '', ...rest] = [...limiter(limits), ...words]
  const child = execa(file, rest, { ...spawning(limits, onLine === undefined, filter), cwd })
  using stopping = stopper(child.pid, Math.ceil(limits.wallMs), signal)
  const tail = keepTail(child.stderr, limits.logBytes)
  if (onLine) readLines(child.stdout, onLine, thrown => stopping.stop({ thrown }))

  const result = await child
  const reason = stopping.reason()
  if (typeof reason === 'object') throw reason.thrown
  const log = withoutHostPaths(tail(), box)
  const failure = failureOf({
    program,
    exitCode: result.exitCode,
    signal: result.signal,
    cancelled: reason === 'cancelled',
    timedOut: reason === 'timeout',
    overflowed: result.isMaxBuffer,
    startError: result.code === 'ENOENT' ? result.originalMessage : undefined,
    log,
  })
  if (failure) throw failure
  return { stdout: result.stdout ?? '', log, elapsedMs: result.durationMs }
}

// The child starts from a directory of its own.
function absolute({ reads, writes }: Box): Box {
  return { reads: reads.map(path => resolve(path)), writes: writes && resolve(writes) }
}

function spawning(limits: Limits, collect: boolean, filter?: Uint8Array) {
  return {
    env: CHILD_ENVIRONMENT,
    extendEnv: false,
    stdio: ['ignore', 'pipe', 'pipe', ...(filter ? [filter] : [])],
    buffer: { stdout: collect, stderr: false },
    maxBuffer: { stdout: limits.stdoutBytes },
    stripFinalNewline: false,
    killSignal: 'SIGKILL',
    forceKillAfterDelay: false,
    reject: false,
    // A group of its own: it can be killed as a whole, and Ctrl-C in a terminal does not reach running work.
    detached: true,
    // The kernel does this better (setpriv --pdeathsig).
    cleanup: false,
  } as const satisfies Options
}
