// stop: ends a child and everything that it has started, and remembers why.
import { readFileSync } from 'node:fs'

export type Stopper = Disposable & {
  /** Kills the child; the first reason stands. */
  stop(reason: StopReason): void
  /** Why the child was stopped, if it was. */
  reason(): StopReason | undefined
}
export type StopReason = 'cancelled' | 'timeout' | { readonly thrown: unknown }

/** Stops the child when `signal` aborts or after `wallMs`. `pid` leads a process group of its own. */
export function stopper(pid: number | undefined, wallMs: number, signal: AbortSignal | undefined): Stopper {
  let reason: StopReason | undefined
  const stop = (why: StopReason) => {
    reason ??= why
    if (pid !== undefined) killFamily(pid)
  }
  const cancel = () => stop('cancelled')
  signal?.addEventListener('abort', cancel)
  const timer = setTimeout(stop, Math.min(wallMs, LONGEST_TIMER_MS), 'timeout')
  return {
    stop,
    reason: () => reason,
    [Symbol.dispose]() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    },
  }
}

// Longer ones fire at once.
const LONGEST_TIMER_MS = 2 ** 31 - 1

/**
 * Kills a child, its process group and its own children. bubblewrap's inner process leaves the group, and promises only
 * after that to die with the outer one: killed in between, the outer one alone would leave it behind, waiting for ever.
 */
function killFamily(pid: number): void {
  for (const child of childrenOf(pid)) kill(child)
  kill(-pid)
  kill(pid)
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    // It has gone already, or this kernel does not tell.
    return []
  }
}

// SIGKILL, because some loops of ffmpeg never look at SIGTERM.
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // What is gone needs no killing.
  }
}
