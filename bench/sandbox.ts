// sandbox: what the box around a child costs at its start, against the same child with mere limits, in turn.
import { openProcesses, type Processes } from '../src/process/open.ts'
import { median } from './figures.ts'

const CHILDREN = [
  { program: 'true', args: [] },
  { program: 'ffprobe', args: ['-version'] },
] as const

// What a start may cost more for being boxed in.
const TARGET_MS = 30

/** Prints a row for each child: medians of so many pairs, the difference and the ratio. */
export async function benchSandbox(pairs: number): Promise<void> {
  const limits = await openProcesses({ sandbox: 'off' })
  const boxed = await openProcesses({ sandbox: 'auto' })
  console.log(`${'start of a child'.padEnd(24)}${['limits', boxed.sandbox, 'more', 'ratio'].map(column).join('')}`)
  for (const child of CHILDREN) {
    const times = { limits: [] as number[], boxed: [] as number[] }
    for (let pair = 0; pair <= pairs; pair++) {
      const [one, other] = [await timed(limits, child), await timed(boxed, child)]
      // The first pair warms the disk cache up and does not count.
      if (pair === 0) continue
      times.limits.push(one)
      times.boxed.push(other)
    }
    const moreMs = median(times.boxed.map((time, index) => time - (times.limits[index] ?? time)))
    const ratio = median(times.boxed) / median(times.limits)
    const verdict = moreMs <= TARGET_MS ? '' : `  more than ${TARGET_MS} ms`
    const cells = [ms(median(times.limits)), ms(median(times.boxed)), ms(moreMs), ratio.toFixed(2)]
    console.log(`${[child.program, ...child.args].join(' ').padEnd(24)}${cells.map(column).join('')}${verdict}`)
  }
}

async function timed(processes: Processes, command: (typeof CHILDREN)[number]): Promise<number> {
  const started = performance.now()
  await processes.run(command, { reads: [] })
  return performance.now() - started
}

const ms = (value: number) => `${value.toFixed(1)} ms`
const column = (text: string) => text.padStart(22)
