// encode: runs an ffmpeg command that writes media, and tells how far it is.
import type { Command } from '../engine/command.ts'
import type { Box } from '../process/level.ts'
import type { Limits } from '../process/limits.ts'
import type { Processes } from '../process/open.ts'
import type { Finished } from '../process/run.ts'
import { type Expected, progressReader } from './progress.ts'

export type EncodeOptions = Expected & {
  readonly signal?: AbortSignal
  readonly onProgress: (fraction: number) => void
  readonly limits?: Partial<Limits>
}

/** The command must say `-progress pipe:1 -nostats`. Throws what `Processes.run` throws. */
export async function encode(
  processes: Processes,
  command: Command,
  box: Box,
  { signal, onProgress, limits, ...expected }: EncodeOptions,
): Promise<Finished> {
  const onLine = progressReader(expected, onProgress)
  const finished = await processes.run(command, box, { signal, limits, onLine })
  onProgress(1)
  return finished
}
