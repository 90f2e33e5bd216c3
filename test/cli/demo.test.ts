// demo: what a newcomer sees first: real files, made through the real API.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { execa } from 'execa'
import { demo } from '../../src/cli/demo.ts'

test('makes three renditions of a clip of yours, says where they are, and makes nothing twice', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-clip-'))
  // The demo leaves its files; here they go with the rest.
  const { TMPDIR: usual = '/tmp' } = process.env
  process.env['TMPDIR'] = directory
  t.after(() => {
    process.env['TMPDIR'] = usual
    rmSync(directory, { recursive: true })
  })
  const clip = join(directory, 'my clip.mkv')
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=2', '-f', 'lavfi', '-i', 'sine=d=2']
  await execa('ffmpeg', ['-loglevel', 'error', ...sources, clip])
  let seen = ''
  const exitCode = await demo([clip], { write: (text: string) => (seen += text) }, {})
  const files = [...seen.matchAll(/^ {2}(\/\S+\.(?:mp4|mp3)) {2}/gm)].map(([, path = '']) => path)
  assert.equal(exitCode, 0)
  assert.equal(files.length, 5)
  for (const file of files) assert.ok(statSync(file).size > 0, file)
  for (const height of ['720', '480', '360']) assert.match(seen, new RegExp(`-${height}p\\.mp4 .* \\d+x${height} `))
  assert.match(seen, /again\n.* nothing was encoded/s)
  assert.match(seen, new RegExp(`delete them: rm -r '${directory}/kinora-demo-\\w+'\n$`))
  assert.match(seen, /curl http:\/\/localhost:8081\/api\/v1\/jobs/)
})

test('keeps everything where KINORA_DATA_DIR says, in folders of its own', async t => {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-clip-'))
  t.after(() => rmSync(directory, { recursive: true }))
  const clip = join(directory, 'clip.mkv')
  const sources = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=5:duration=1', '-f', 'lavfi', '-i', 'sine=d=1']
  await execa('ffmpeg', ['-loglevel', 'error', ...sources, clip])
  const data = join(directory, 'data')
  let seen = ''
  const write = (text: string) => (seen += text)
  assert.equal(await demo([clip], { write }, { KINORA_DATA_DIR: data }), 0)
  assert.match(seen, /rm -r '[^']*\/data\/uploads\/demo' '[^']*\/data\/output\/demo'\n$/)
  assert.deepEqual(readdirSync(join(data, 'output')), ['demo'])
  assert.deepEqual(readdirSync(join(data, 'uploads')), ['demo'])
})

test('a clip that is not there is told before anything starts', async () => {
  await assert.rejects(demo(['/nowhere/clip.mp4'], { write: () => undefined }), {
    code: 'source_missing',
    message: 'There is no file /nowhere/clip.mp4',
  })
})
