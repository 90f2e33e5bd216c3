// encode: runs an ffmpeg command that writes media, and tells how far it is.
import type { Command } from '../engine/command.ts'
import type { Micros } from '../lib/time.ts'
import type { Box } from '../process/level.ts'
import type { Limits } from '../process/limits.ts'
import type { Processes } from '../process/open.ts'
import type { Finished } from '../process/run.ts'
import { progressReader } from './progress.ts'

export type EncodeOptions = {
  readonly signal?: AbortSignal
  /** The longest output's duration: what the fraction is a fraction of. */
  readonly expectedUs: Micros
  readonly onProgress: (fraction: number) => void
  readonly limits?: Partial<Limits>
}

/** The command must say `-progress pipe:1 -nostats`. Throws what `Processes.run` throws. */
export async function encode(
  processes: Processes,
  command: Command,
  box: Box,
  { signal, expectedUs, onProgress, limits }: EncodeOptions,
): Promise<Finished> {
  const onLine = progressReader(expectedUs, onProgress)
  const finished = await processes.run(command, box, { signal, limits, onLine })
  onProgress(1)
  return finished
}
