// run: times whole jobs against hand-written ffmpeg commands for the same files, in turn, and prints the ratios.
//
// The machine may be noisy: each job is paired with the command that ran just before it, and the median of the pairs
// counts. `npm run bench -- 5` takes five pairs; the default is three. `npm run bench -- sandbox` is another bench.
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type App, openApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { graphSteps } from '../src/runs/steps/graph.ts'
import { openWorker } from '../src/worker.ts'
import { type Case, cases } from './cases.ts'
import { benchSandbox } from './sandbox.ts'

if (process.argv[2] === 'sandbox') {
  await benchSandbox(Number(process.argv[3] ?? 100))
  process.exit()
}
const pairs = Number(process.argv[2] ?? 3)
const directory = await mkdtemp(join(tmpdir(), 'kinora-bench-'))
const app = await openApp(loadConfig({ KINORA_DATA_DIR: join(directory, 'data'), KINORA_LOG_LEVEL: 'error' }))
const worker = await openWorker(app)
try {
  const clip = join(directory, 'data', 'uploads', 'clip.mp4')
  await makeClip(clip)
  console.log(
    `${'case'.padEnd(42)}${'by hand'.padStart(9)}${'Kinora'.padStart(9)}${'ratio'.padStart(8)}${'again'.padStart(9)}`,
  )
  for (const item of cases) console.log(await compare(app, item, clip))
} finally {
  await worker.stop()
  await app.close()
  await rm(directory, { recursive: true, force: true })
}

async function compare(over: App, item: Case, clip: string): Promise<string> {
  const byHand: number[] = []
  const ours: number[] = []
  const again: number[] = []
  for (let pair = 0; pair <= pairs; pair++) {
    const times = [
      await timeByHand(item, clip),
      await timeJob(over, item, 'fresh'),
      await timeJob(over, item, 'again'),
    ] as const
    // The first pair warms the disk cache up and does not count.
    if (pair === 0) continue
    byHand.push(times[0])
    ours.push(times[1])
    again.push(times[2])
  }
  const ratio = median(ours.map((time, index) => time / (byHand[index] ?? time)))
  const seconds = (times: readonly number[]) => `${(median(times) / 1000).toFixed(2)} s`.padStart(9)
  return `${item.name.padEnd(42)}${seconds(byHand)}${seconds(ours)}${ratio.toFixed(2).padStart(8)}${seconds(again)}`
}

async function timeByHand({ byHand }: Case, clip: string): Promise<number> {
  const out = await mkdtemp(join(directory, 'out-'))
  const args = byHand.map(word => (word === 'IN' ? clip : word.replace(/^OUT\//, `${out}/`)))
  const started = performance.now()
  await execa('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args])
  return performance.now() - started
}

// Fresh: nothing made before is found again, though the source is known, as it is to who writes a command by hand.
async function timeJob({ runs, workshop }: App, { spec }: Case, how: 'fresh' | 'again'): Promise<number> {
  if (how === 'fresh') await workshop.db.kysely.deleteFrom('artifacts').execute()
  const { graph, faults, warnings } = runs.check(spec)
  if (!graph) throw new Error(JSON.stringify(faults))
  const started = performance.now()
  const run = await runs.start({
    door: 'bench',
    prefix: 'bench',
    owner: 'bench',
    request: spec,
    steps: graphSteps(graph),
    warnings,
  })
  for await (const _event of runs.events(run.id, run, 0, new AbortController().signal));
  const elapsedMs = performance.now() - started
  const { status, error } = await runs.get(run.id, run)
  if (status !== 'completed') throw new Error(`${status}: ${error?.message}`)
  return elapsedMs
}

async function makeClip(path: string): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  const picture = 'testsrc2=size=1920x1080:rate=30:duration=60'
  const sound = 'sine=frequency=440:sample_rate=48000:duration=60'
  const encoding = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '60',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    '-ac',
    '2',
  ]
  await execa('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture, '-f', 'lavfi', '-i', sound, ...encoding, path])
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
