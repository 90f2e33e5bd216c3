// demo: the real server, on a clip made on the spot or on yours: three jobs over HTTP, and files that you can open.

import { constants } from 'node:fs'
import { copyFile, mkdir, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { loadConfig, readEnvironment } from '../config.ts'
import type { Job } from '../features/pipelines/pipelines.ts'
import { AppError } from '../lib/errors.ts'
import { type Client, openClient } from './client.ts'
import { makeClip } from './demo-clip.ts'
import { type DemoJob, demoJobs } from './demo-jobs.ts'
import { openRole } from './roles.ts'
import { printSize, printTook, progressLine, type Screen, table } from './screen.ts'

type Done = { readonly job: Job; readonly tookMs: number }

/**
 * Resolves with the exit code; throws what keeps the demo from running. The files stay where they are: in a directory of
 * their own, or in folders called `demo` of the one that KINORA_DATA_DIR names.
 */
export async function demo(
  [given]: readonly string[],
  screen: Screen = process.stdout,
  { KINORA_DATA_DIR: chosen = '' } = readEnvironment(),
): Promise<number> {
  if (given !== undefined && !(await isFile(given))) throw new AppError('source_missing', `There is no file ${given}`)
  const directory = chosen === '' ? await mkdtemp(join(tmpdir(), 'kinora-demo-')) : resolve(chosen)
  const clip = await provideClip(directory, given, screen)
  const env = {
    KINORA_DATA_DIR: directory,
    KINORA_HOST: '127.0.0.1',
    KINORA_PORT_PIPELINES: '0',
    KINORA_PORT_STUDIO: 'off',
    KINORA_LOG_LEVEL: 'error',
  }
  const running = await openRole('serve', loadConfig(env))
  try {
    const url = `http://127.0.0.1:${running.ports.pipelines}`
    screen.write(`Kinora serves on ${url}\n`)
    await submitAll(openClient(url), clip, directory, screen)
    screen.write(
      chosen === '' ? leftovers(directory) : leftovers(join(directory, 'uploads/demo'), join(directory, 'output/demo')),
    )
    return 0
  } finally {
    await running.stop()
  }
}

type Clip = { readonly path: string; readonly jobs: readonly DemoJob[] }

async function provideClip(directory: string, given: string | undefined, screen: Screen): Promise<Clip> {
  const uploads = join(directory, 'uploads/demo')
  await mkdir(uploads, { recursive: true })
  if (given !== undefined) {
    const name = `clip${extname(given)}`
    // On a file system that can, the copy shares the bytes of the original.
    await copyFile(given, join(uploads, name), constants.COPYFILE_FICLONE)
    // A part that goes past the end is the whole clip.
    return { path: resolve(given), jobs: demoJobs(`demo/${name}`, '00:00:00', '00:00:30') }
  }
  const startedMs = performance.now()
  await makeClip(uploads)
  screen.write(`Made a clip of ten seconds in ${printTook(performance.now() - startedMs)}\n`)
  return { path: join(uploads, 'clip.mp4'), jobs: demoJobs('demo/clip.mp4', '00:00:02', '00:00:06') }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    found => found.isFile(),
    () => false,
  )
}

async function submitAll(client: Client, { path, jobs }: Clip, directory: string, screen: Screen): Promise<void> {
  const done: Done[] = []
  for (const { title, spec } of jobs) done.push(await submit(client, title, spec, screen))
  const ladder = jobs[1]
  if (ladder) await submit(client, `${ladder.title}, again`, ladder.spec, screen)
  screen.write(`\n${outputTable(done, directory)}\n${advice(path, ladder?.spec ?? {})}`)
}

async function submit(client: Client, title: string, spec: object, screen: Screen): Promise<Done> {
  screen.write(`\n${title}\n`)
  const startedMs = performance.now()
  const { job_id: jobId } = await client.submit(spec)
  const line = progressLine(screen)
  const job = await client.follow(jobId, line.draw)
  const tookMs = performance.now() - startedMs
  line.end()
  if (job.status !== 'completed')
    throw new AppError('internal', `${jobId} is ${job.status}: ${job.error?.message ?? ''}`)
  const cached = job.outputs.every(output => output.cached) ? ', and nothing was encoded: all of it was there' : ''
  screen.write(`  ${jobId} took ${printTook(tookMs)}${cached}\n`)
  return { job, tookMs }
}

function outputTable(done: readonly Done[], directory: string): string {
  const rows = done.flatMap(({ job, tookMs }) =>
    job.outputs.map(({ destination, size, duration, streams }) => {
      const picture = streams.find(stream => stream.type === 'video')
      const resolution = picture ? `${picture.width}x${picture.height}` : 'sound'
      return [
        join(directory, decodeURIComponent(new URL(destination).pathname)),
        printSize(size),
        resolution,
        `${duration.toFixed(2)} s`,
        printTook(tookMs),
      ]
    }),
  )
  return table([['FILE', 'SIZE', 'PICTURE', 'LENGTH', 'JOB TOOK'], ...rows])
}

function advice(clip: string, spec: object): string {
  return [
    'The same on a server of your own (npm start):\n',
    `  mkdir -p data/uploads/demo && cp '${clip}' data/uploads/demo/clip${extname(clip)}`,
    `  curl http://localhost:8081/api/v1/jobs -H 'Content-Type: application/json' -d '${JSON.stringify({ spec })}'\n`,
  ].join('\n')
}

function leftovers(...folders: readonly string[]): string {
  return `\nThe files stay where they are until you delete them: rm -r ${folders.map(folder => `'${folder}'`).join(' ')}\n`
}
