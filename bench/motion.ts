// motion: motion photos and previews against the bare ffmpeg commands for the same, in turn.
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type App, openApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { convertSteps, prepareSteps } from '../src/features/motion-photos/work.ts'
import type { NewStep } from '../src/runs/steps/contract.ts'
import { digestFile } from '../src/storage/digest.ts'
import { openWorker } from '../src/worker.ts'
import { inSeconds, median, ratioOf } from './figures.ts'

type Case = {
  readonly name: string
  steps(source: string): NewStep[]
  /** Arguments for plain ffmpeg, one process after the other; `IN` is the clip, `OUT/` a directory. */
  readonly byHand: readonly (readonly string[])[]
  /** At most this many times as long, and so much longer. */
  readonly target: { readonly ratio: number; readonly moreMs: number }
}

const H264 = ['-c:v', 'libx264', '-pix_fmt', 'yuv420p']
const AAC = ['-c:a', 'aac', '-ar', '48000', '-b:a', '128k']
const START = ['-movflags', '+faststart']

const CASES: readonly Case[] = [
  {
    name: 'photo: 3 s of 10 s, 1080p',
    steps: source =>
      convertSteps({
        ...{ source, startUs: 4_000_000, endUs: 7_000_000, coverUs: 5_500_000, speed: 1 },
        ...{ layout: 'google', format: 'motion_photo', sound: 'kept' },
      }),
    byHand: [
      ['-ss', '5.5', '-i', 'IN', '-frames:v', '1', '-q:v', '2', 'OUT/cover.jpg'],
      [
        ...['-ss', '4', '-t', '3', '-i', 'IN', ...H264, '-profile:v', 'high', '-crf', '20', ...AAC],
        ...START,
        'OUT/c.mp4',
      ],
    ],
    target: { ratio: 1.15, moreMs: 100 },
  },
  {
    name: 'preview that can be copied, to an encode',
    steps: source => prepareSteps({ source }),
    byHand: [['-i', 'IN', ...H264, '-preset', 'veryfast', '-crf', '23', ...AAC, ...START, 'OUT/preview.mp4']],
    target: { ratio: 0.1, moreMs: 0 },
  },
]

/** Prints a row for each case: medians of so many pairs, and of their ratios. */
export async function benchMotion(pairs: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'kinora-bench-'))
  const app = await openApp(loadConfig({ KINORA_DATA_DIR: join(directory, 'data'), KINORA_LOG_LEVEL: 'error' }))
  const worker = await openWorker(app)
  try {
    const clip = join(directory, 'clip.mp4')
    await makeShortClip(clip)
    console.log(`${'case'.padEnd(42)}${'by hand'.padStart(9)}${'Kinora'.padStart(9)}${'ratio'.padStart(8)}`)
    for (const item of CASES) console.log(await compare(app, item, { clip, directory, pairs }))
  } finally {
    await worker.stop()
    await app.close()
    await rm(directory, { recursive: true, force: true })
  }
}

type Place = { readonly clip: string; readonly directory: string; readonly pairs: number }

async function compare(app: App, item: Case, place: Place): Promise<string> {
  const byHand: number[] = []
  const ours: number[] = []
  for (let pair = 0; pair <= place.pairs; pair++) {
    const times = [await timeByHand(item, place), await timeRun(app, item, place)] as const
    // The first pair warms the disk cache up and does not count.
    if (pair === 0) continue
    byHand.push(times[0])
    ours.push(times[1])
  }
  const { ratio, moreMs } = item.target
  const missed = median(ours) > median(byHand) * ratio + moreMs
  const verdict = missed ? `  more than ${ratio} and ${moreMs} ms` : ''
  return `${item.name.padEnd(42)}${inSeconds(byHand)}${inSeconds(ours)}${ratioOf(ours, byHand).toFixed(2).padStart(8)}${verdict}`
}

async function timeByHand({ byHand }: Case, { clip, directory }: Place): Promise<number> {
  const out = await mkdtemp(join(directory, 'out-'))
  const started = performance.now()
  for (const words of byHand) {
    const args = words.map(word => (word === 'IN' ? clip : word.replace(/^OUT\//, `${out}/`)))
    await execa('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args])
  }
  return performance.now() - started
}

// Nothing made before is found again; the source is kept and known, as it is after its upload.
async function timeRun(
  { runs, workshop, artifacts }: App,
  { steps }: Case,
  { clip, directory }: Place,
): Promise<number> {
  await workshop.db.kysely.deleteFrom('artifacts').execute()
  const copy = join(directory, 'upload.mp4')
  await copyFile(clip, copy)
  const digest = await digestFile(copy)
  await artifacts.publish(digest, copy, { digest, facts: { durationS: 10, streams: [] } })
  const started = performance.now()
  const draft = { door: 'bench', prefix: 'bench', owner: 'bench', request: {}, steps: steps(digest), warnings: [] }
  const run = await runs.start(draft)
  const { status, error } = await runs.ended(run.id, run, AbortSignal.timeout(300_000))
  if (status !== 'completed') throw new Error(`${status}: ${error?.message}`)
  return performance.now() - started
}

async function makeShortClip(path: string): Promise<void> {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=30:duration=10']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=10']
  await execa('ffmpeg', [
    '-v',
    'error',
    ...picture,
    ...sound,
    ...H264,
    '-preset',
    'fast',
    '-c:a',
    'aac',
    '-ac',
    '2',
    path,
  ])
}
