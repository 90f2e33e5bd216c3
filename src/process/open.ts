// open: chooses, once, how children are confined on this machine, and hands out the one way to run them.
import { arch } from 'node:os'
import { AppError } from '../lib/errors.ts'
import { bareLevel } from './bare.ts'
import type { Box, Level, LevelName } from './level.ts'
import { type Finished, type Invocation, type RunOptions, run } from './run.ts'
import { bubblewrapLevel } from './sandbox.ts'
import { seccompFilter } from './seccomp.ts'

export type SandboxChoice = 'auto' | 'required' | 'off'

export type Processes = {
  /** What confines children here: bubblewrap, or mere limits on time, memory and file size. */
  readonly sandbox: LevelName
  /**
   * Runs a command in its box and waits until it has closed. Throws an AppError: `cancelled`, `process_timeout`,
   * `output_too_large`, `disk_full`, `source_missing`, `ffmpeg_failed`, or `config_invalid` when a tool is missing.
   */
  run(command: Invocation, box: Box, options?: RunOptions): Promise<Finished>
}

export async function openProcesses({ sandbox }: { sandbox: SandboxChoice }): Promise<Processes> {
  const level = await chooseLevel(sandbox)
  return { sandbox: level.name, run: (command, box, options) => run(level, command, box, options) }
}

async function chooseLevel(sandbox: SandboxChoice): Promise<Level> {
  const bare = bareLevel()
  await tryOut(bare)
  if (sandbox === 'off') return bare
  const filter = seccompFilter(arch())
  const filtered = filter && (await bubblewrapLevel(filter))
  if (filtered && (await works(filtered))) return filtered
  const bubblewrap = await bubblewrapLevel()
  try {
    await tryOut(bubblewrap)
    return bubblewrap
  } catch (cause) {
    if (sandbox === 'auto') return bare
    const reason = cause instanceof AppError ? cause.message : 'it does not start'
    throw new AppError('config_invalid', `The bubblewrap sandbox is required, but does not work here: ${reason}`, {
      cause,
    })
  }
}

async function works(level: Level): Promise<boolean> {
  return await tryOut(level).then(
    () => true,
    () => false,
  )
}

function tryOut(level: Level): Promise<Finished> {
  return run(level, { program: 'true', args: [] }, { reads: [] }, { limits: { wallMs: 10_000 } })
}
