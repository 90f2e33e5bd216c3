// s3: jobs from S3 to S3, on a server of this machine, against the same jobs with local files, in turn.
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, openApp } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'
import { openWorker } from '../src/worker.ts'
import { type S3Server, startS3 } from '../test/fixtures/s3.ts'
import { makeClip } from './clip.ts'
import { inSeconds, ratioOf } from './figures.ts'
import { timeJob } from './job.ts'

const CASES = [
  { name: 'ten seconds, encoded', codec: { video: { preset: 'medium' } } },
  { name: 'ten seconds, hardly any work', codec: { video: { preset: 'ultrafast' } } },
] as const

// What the way over S3 may cost, for a job that does some work.
const TARGET = 1.3

/** Prints a row for each case: medians of so many pairs, and of their ratios. */
export async function benchS3(pairs: number): Promise<void> {
  const server = await startS3()
  const directory = await mkdtemp(join(tmpdir(), 'kinora-bench-'))
  // The SDK's own chain reads them, as it does where Kinora runs for good.
  Object.assign(process.env, server.environment)
  const app = await openApp(loadConfig({ KINORA_DATA_DIR: join(directory, 'data'), KINORA_LOG_LEVEL: 'error' }))
  const worker = await openWorker(app)
  try {
    const clip = join(directory, 'data', 'uploads', 'clip.mp4')
    await makeClip(clip)
    const bucket = await uploaded(server, clip)
    console.log(`${'case'.padEnd(42)}${'local'.padStart(9)}${'S3'.padStart(9)}${'ratio'.padStart(8)}`)
    for (const item of CASES) {
      const times = { local: [] as number[], s3: [] as number[] }
      for (let pair = 0; pair <= pairs; pair++) {
        const local = await timeFresh(app, directory, specOf(item.codec, ''))
        const remote = await timeFresh(app, directory, specOf(item.codec, `s3://${bucket}/`))
        // The first pair warms the disk cache up and does not count.
        if (pair === 0) continue
        times.local.push(local)
        times.s3.push(remote)
      }
      const ratio = ratioOf(times.s3, times.local)
      const verdict = ratio <= TARGET ? '' : `  more than ${TARGET}`
      console.log(
        `${item.name.padEnd(42)}${inSeconds(times.local)}${inSeconds(times.s3)}${ratio.toFixed(2).padStart(8)}${verdict}`,
      )
    }
  } finally {
    await worker.stop()
    await app.close()
    await server.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

async function uploaded({ client, createBucket }: S3Server, clip: string): Promise<string> {
  const bucket = await createBucket()
  const { size } = await stat(clip)
  await client.putObject({ Bucket: bucket, Key: 'clip.mp4', Body: createReadStream(clip), ContentLength: size })
  return bucket
}

function specOf(codec: object, prefix: string): object {
  return {
    inputs: [{ id: 'clip', source: `${prefix}clip.mp4` }],
    operations: [{ op: 'trim', input: 'clip', output: 'part', params: { start: 30, duration: 10 } }],
    outputs: [{ id: 'part', destination: `${prefix}part.mp4`, codec }],
  }
}

// Nothing made, read or fetched before is found again.
async function timeFresh(app: App, directory: string, spec: object): Promise<number> {
  const { kysely } = app.workshop.db
  await kysely.deleteFrom('artifacts').execute()
  await kysely.deleteFrom('file_digests').execute()
  await kysely.deleteFrom('probes').execute()
  const cache = join(directory, 'data', 'cache')
  for (const name of await readdir(cache)) await rm(join(cache, name))
  return await timeJob(app, spec)
}
