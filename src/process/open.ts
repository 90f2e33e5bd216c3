// open: chooses, once, how children are confined on this machine, and hands out the one way to run them.
import { AppError } from '../lib/errors.ts'
import { bareLevel } from './bare.ts'
import type { Box, Level } from './level.ts'
import { type Finished, type Invocation, type RunOptions, run } from './run.ts'
import { bubblewrapLevel } from './sandbox.ts'

export type SandboxChoice = 'auto' | 'required' | 'off'

export type Processes = {
  /** What confines children here: bubblewrap, or mere limits on time, memory and file size. */
  readonly sandbox: Level['name']
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

function tryOut(level: Level): Promise<Finished> {
  return run(level, { program: 'true', args: [] }, { reads: [] }, { limits: { wallMs: 10_000 } })
}
