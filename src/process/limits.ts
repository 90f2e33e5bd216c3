// limits: what one child process may use up, and the prefix of its command line that enforces it.
import { availableParallelism } from 'node:os'

export type Limits = {
  /** Wall clock, then SIGKILL: some loops of ffmpeg ignore every other signal. */
  readonly wallMs: number
  /** Of each file it writes (RLIMIT_FSIZE): the one cap on bytes that no ffmpeg loop gets round. */
  readonly outputBytes: number
  /** Of address space (RLIMIT_AS), as a backstop only: x265 below 1 GB hangs instead of failing. */
  readonly memoryBytes: number
  /** Processor time. By default all that the wall clock allows, so that nothing outlives its limit for long. */
  readonly cpuSeconds?: number
  /** Of collected stdout. */
  readonly stdoutBytes: number
  /** Only the last so many bytes of stderr are kept. */
  readonly logBytes: number
}

const DEFAULTS: Limits = {
  wallMs: 10 * 60_000,
  outputBytes: 16 * 1024 ** 3,
  memoryBytes: 8 * 1024 ** 3,
  stdoutBytes: 1024 ** 2,
  logBytes: 16 * 1024,
}

export function withDefaults(limits: Partial<Limits> = {}): Limits {
  const given = Object.entries(limits).filter(([, value]) => value !== undefined)
  return { ...DEFAULTS, ...Object.fromEntries(given) }
}

/** The words before the command proper. Each program replaces itself by the next, so the limits cost no process. */
export function limiter(limits: Limits): string[] {
  const cpuSeconds = limits.cpuSeconds ?? (limits.wallMs / 1000) * availableParallelism()
  return [
    // The kernel kills the child when we die, even of SIGKILL.
    ...['setpriv', '--pdeathsig', 'KILL', '--'],
    // The API keeps answering while encoders use every core.
    ...['nice', '-n', '10'],
    'prlimit',
    `--cpu=${Math.ceil(cpuSeconds)}`,
    `--fsize=${Math.ceil(limits.outputBytes)}`,
    `--as=${Math.ceil(limits.memoryBytes)}`,
    '--nofile=256',
    '--core=0',
    '--',
  ]
}
