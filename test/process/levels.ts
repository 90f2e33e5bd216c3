// levels: every way of confining children that this machine has, for tests that must hold in all of them.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openProcesses, type Processes } from '../../src/process/open.ts'

export const bare: Processes = await openProcesses({ sandbox: 'off' })
const best = await openProcesses({ sandbox: 'auto' })

/** Undefined where bubblewrap does not work, as in most containers. */
export const sandboxed: Processes | undefined = best.sandbox === 'limits' ? undefined : best
export const levels: readonly Processes[] = sandboxed ? [bare, sandboxed] : [bare]

/** An ffmpeg that never ends, takes little of the processor, and can be found by its marker. */
export function endless(marker: string) {
  markers.add(marker)
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=10']
  const args = [
    '-v',
    'error',
    '-nostdin',
    ...source,
    '-metadata',
    `comment=${marker}`,
    '-progress',
    'pipe:1',
    '-f',
    'null',
    '-',
  ]
  return { program: 'ffmpeg', args } as const
}

/** Waits until no process has the marker in its command line; throws after ten seconds. */
export async function allGone(marker: string): Promise<void> {
  const deadline = performance.now() + 10_000
  while (running(marker).length > 0) {
    if (performance.now() > deadline) throw new Error(`${running(marker).length} processes were left behind`)
    await sleep(20)
  }
}

/** For `after`: whatever a failed test left running would keep its file from ending. */
export function endLeftovers(): void {
  for (const pid of [...markers].flatMap(running)) process.kill(Number(pid), 'SIGKILL')
}

const markers = new Set<string>()

export function running(marker: string): string[] {
  return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && commandLine(pid).includes(marker))
}

// Empty for a zombie, which has ended.
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
