// run: times whole jobs against hand-written ffmpeg commands for the same files, in turn, and prints the ratios.
//
// The machine may be noisy: each job is paired with the command that ran just before it, and the median of the pairs
// counts. `npm run bench -- 3` takes three pairs; the default is five. `npm run bench -- profile 2` says where the
// time of the second case goes; `post`, `memory`, `s3`, `sandbox`, `motion` and `images` are benches of their own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type App, openApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { openWorker } from '../src/worker.ts'
import { type Case, cases, MORE_MS } from './cases.ts'
import { makeClips } from './clip.ts'
import { inSeconds, median, ratioOf } from './figures.ts'
import { benchImages } from './images.ts'
import { timeJob } from './job.ts'
import { benchMemory } from './memory.ts'
import { benchMotion } from './motion.ts'
import { benchPost } from './post.ts'
import { profileJob } from './profile.ts'
import { benchS3 } from './s3.ts'
import { benchSandbox } from './sandbox.ts'

const OTHERS: Readonly<Record<string, (times: number) => Promise<void>>> = {
  profile: async number => await profileJob(number || 1),
  post: async times => await benchPost(times || 1000),
  memory: async times => await benchMemory(times || 60),
  sandbox: async times => await benchSandbox(times || 100),
  s3: async times => await benchS3(times || 3),
  motion: async times => await benchMotion(times || 3),
  images: async times => await benchImages(times || 20),
}
const other = OTHERS[process.argv[2] ?? '']
if (other) {
  await other(Number(process.argv[3] ?? 0))
  process.exit()
}
const pairs = Number(process.argv[2] ?? 5)
const directory = await mkdtemp(join(tmpdir(), 'kinora-bench-'))
const app = await openApp(loadConfig({ KINORA_DATA_DIR: join(directory, 'data'), KINORA_LOG_LEVEL: 'error' }))
const worker = await openWorker(app)
try {
  const clips = join(directory, 'data', 'uploads')
  await makeClips(clips)
  console.log(
    `${'case'.padEnd(42)}${'by hand'.padStart(9)}${'Kinora'.padStart(9)}${'ratio'.padStart(8)}${'again'.padStart(9)}`,
  )
  for (const item of cases) console.log(await compare(app, item, clips))
} finally {
  await worker.stop()
  await app.close()
  await rm(directory, { recursive: true, force: true })
}

async function compare(over: App, item: Case, clips: string): Promise<string> {
  const byHand: number[] = []
  const ours: number[] = []
  const again: number[] = []
  for (let pair = 0; pair <= pairs; pair++) {
    const times = [await timeByHand(item, clips), await timeFresh(over, item), await timeJob(over, item.spec)] as const
    // The first pair warms the disk cache up and does not count.
    if (pair === 0) continue
    byHand.push(times[0])
    ours.push(times[1])
    again.push(times[2])
  }
  const ratio = ratioOf(ours, byHand).toFixed(2).padStart(8)
  const missed = median(ours) > median(byHand) * item.ratio + MORE_MS
  const verdict = missed ? `  more than ${item.ratio} and ${MORE_MS} ms` : ''
  return `${item.name.padEnd(42)}${inSeconds(byHand)}${inSeconds(ours)}${ratio}${inSeconds(again)}${verdict}`
}

async function timeByHand({ byHand }: Case, clips: string): Promise<number> {
  const out = await mkdtemp(join(directory, 'out-'))
  const args = byHand.map(word => word.replace(/^IN\//, `${clips}/`).replace(/^OUT\//, `${out}/`))
  const started = performance.now()
  await execa('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args])
  return performance.now() - started
}

// Nothing made before is found again, though the source is known, as it is to who writes a command by hand.
async function timeFresh(over: App, { spec }: Case): Promise<number> {
  await over.workshop.db.kysely.deleteFrom('artifacts').execute()
  return await timeJob(over, spec)
}
