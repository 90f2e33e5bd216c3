// examples: every graph in examples/ is posted to a real server as it stands, and its outputs are what it says.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { makeClip } from '../fixtures/clips.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { assertCompleted } from './ledger.ts'

type Expected = { readonly seconds: number; readonly video?: string; readonly audio?: string }

/** By example and destination: how long, and what ffprobe says of its streams. */
const EXPECTED: Record<string, Record<string, Expected>> = {
  'extract-audio.json': { 'sound.mp3': { seconds: 5, audio: 'mp3 1' } },
  'join.json': { 'film.mp4': { seconds: 5, video: 'h264 1280x720 25/1', audio: 'aac 1' } },
  'ladder.json': {
    'clip-720p.mp4': { seconds: 2, video: 'h264 1280x720 30/1', audio: 'aac 1' },
    'clip-480p.mp4': { seconds: 2, video: 'h264 854x480 30/1', audio: 'aac 1' },
    'clip-360p.webm': { seconds: 2, video: 'vp9 640x360 30/1', audio: 'opus 1' },
  },
  'logo.json': { 'branded.mp4': { seconds: 5, video: 'h264 1280x720 30/1', audio: 'aac 1' } },
  'trim.json': { 'part.mp4': { seconds: 2, video: 'h264 1280x720 30/1', audio: 'aac 1' } },
}

describe('examples', () => {
  let site: Site
  let server: Server

  before(async () => {
    site = await openSite()
    await makeClip(site.uploads, { size: '1280x720', rate: 30, seconds: 5, samplesPerSecond: 48_000 })
    await makeClip(site.uploads, { name: 'intro.webm', size: '640x480', rate: 24, seconds: 2, audio: false })
    const transparent = ['-vf', 'format=rgba,colorchannelmixer=aa=0.5']
    await makeClip(site.uploads, { name: 'logo.png', size: '200x100', extra: transparent })
    server = await site.start()
  })
  after(() => site?.close())

  test('each is expected to be something', async () => {
    const graphs = (await readdir(folder)).filter(name => name.endsWith('.json'))
    assert.deepEqual(graphs.sort(), Object.keys(EXPECTED).sort())
  })

  for (const [example, outputs] of Object.entries(EXPECTED))
    test(`${example} runs as it stands`, async () => {
      const body = JSON.parse(await readFile(join(folder, example), 'utf8'))
      const reply = await server.request('POST', '/api/v1/jobs', body)
      assert.equal(reply.status, 201, JSON.stringify(reply.body))
      const job = await server.ended((reply.body as { job_id: string }).job_id)
      await assertCompleted(site, server, job)
      assert.deepEqual(job.warnings, undefined)
      const names = job.outputs.map(({ destination }) => destination.replace('file:///output/', ''))
      assert.deepEqual(names.sort(), Object.keys(outputs).sort())
      for (const [name, { seconds, ...streams }] of Object.entries(outputs)) {
        const found = await look(join(site.output, name))
        assert.deepEqual(found.streams, streams, name)
        assert.ok(Math.abs(found.seconds - seconds) < 0.1, `${name} lasts ${found.seconds} s`)
      }
    })
})

const folder = join(import.meta.dirname, '../../examples')

async function look(file: string): Promise<{ seconds: number; streams: Omit<Expected, 'seconds'> }> {
  const { stdout } = await promisify(execFile)('ffprobe', [
    ...['-v', 'error', '-of', 'json', '-show_entries'],
    'format=duration:stream=codec_type,codec_name,width,height,r_frame_rate,channels',
    file,
  ])
  const { format, streams } = JSON.parse(stdout) as Report
  const words = streams.map(({ codec_type, codec_name, width, height, r_frame_rate, channels }) => [
    codec_type,
    codec_type === 'video' ? `${codec_name} ${width}x${height} ${r_frame_rate}` : `${codec_name} ${channels}`,
  ])
  return { seconds: Number(format.duration), streams: Object.fromEntries(words) }
}

type Report = { format: { duration: string }; streams: Record<string, string | number>[] }
