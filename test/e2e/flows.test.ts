// flows: every example in a language is run, as its first lines say, against a real server, and has the effect it promises.
import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { makeClip } from '../fixtures/clips.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'
import { describeMedia } from '../fixtures/ffprobe.ts'
import { type ProgramOptions, runKinora, runProgram, type Said } from '../fixtures/programs.ts'
import { type S3Server, startS3 } from '../fixtures/s3.ts'
import type { Job, Server } from '../fixtures/server.ts'
import { addClip, openSite, type Site, SLOW } from '../fixtures/site.ts'

const ROOT = join(import.meta.dirname, '../..')
const NOTHING_SAID = 'Unauthorized: No valid authentication provided'

/** Runs an example; `server` and `credentials` are what its environment says. */
async function example(words: readonly string[], server?: Server, options: ProgramOptions = {}): Promise<Said> {
  const [file = '', ...args] = words
  const runners: Record<string, string> = { py: '/usr/bin/python3', sh: 'bash', ts: process.execPath }
  const runner = runners[file.split('.')[1] ?? ''] ?? ''
  const usual = { ...(server && { BASE_URL: server.url }), EVERY: '0.2', PAUSE_S: '0.1' }
  return await runProgram([runner, `examples/${file}`, ...args], { ...options, env: { ...usual, ...options.env } })
}

function assertSucceeded({ code, out, err }: Said): string {
  assert.equal(code, 0, `${out}${err}`)
  return out
}

/** By the folder of the examples: each is run by a test below, those of pictures by images-clients. */
const RUN_HERE: Record<string, readonly string[]> = {
  'examples/python': ['cut.py', 'kinora_client.py', 'picture.py', 'retry.py'],
  'examples/shell': [
    ...['batch.sh', 'call.sh', 'health.sh', 'keys.sh', 'load.sh'],
    ...['monitor.sh', 'object-storage.sh', 'refusals.sh'],
  ],
  'examples/node': ['access.ts', 'objects.ts', 'picture-webhooks.ts', 'picture.ts', 'scale.ts'],
}

test('every example in a language is run here', async () => {
  for (const [folder, files] of Object.entries(RUN_HERE))
    assert.deepEqual((await readdir(join(ROOT, folder))).sort(), files, folder)
})

describe('where nobody needs credentials, examples', () => {
  let site: Site
  let s3: S3Server
  let server: Server
  let bucket: string
  before(async () => {
    s3 = await startS3()
    bucket = await s3.createBucket()
    site = await openSite()
    server = await site.start({ env: s3.environment })
    await makeClip(site.uploads, { name: 'clip.mp4', size: '320x180', rate: 5, seconds: 3 })
  })
  after(async () => {
    await site?.close()
    await s3?.stop()
  })
  const delivered = (name: string) => describeMedia(join(site.output, name))

  test('batch.sh starts a job for every file, however it is called, and monitor.sh waits for those', async () => {
    const names = ['first.mp4', 'it\'s "second".mp4', 'third.mp4']
    for (const name of names) await makeClip(site.uploads, { name, rate: 5 })
    const ids = assertSucceeded(await example(['shell/batch.sh', ...names], server))
      .trim()
      .split('\n')
    assert.equal(ids.length, 3)
    const seen = assertSucceeded(await example(['shell/monitor.sh', ...ids], server))
    for (const id of ids) assert.match(seen, new RegExp(`^${id}\tcompleted\t100 %$`, 'm'))
    for (const name of names) assert.equal(await delivered(`processed-${name}`), '1 s, h264 1280x720, aac')
  })

  test('monitor.sh finds by itself what is under way, and fails when a job does', async () => {
    await addClip(site, 'slow.mp4', 4)
    const slow = await server.submit(copyOf('slow.mp4', 'slow.mp4', SLOW))
    const missing = await server.submit(copyOf('not-there.mp4', 'none.mp4'))
    assert.match(
      assertSucceeded(await example(['shell/monitor.sh'], server)),
      new RegExp(`^${slow.job_id}\tcompleted`, 'm'),
    )
    const said = await example(['shell/monitor.sh', missing.job_id], server)
    assert.equal(said.code, 1)
    assert.match(said.out, /\tfailed\t\d+ %\tThere is no file at "not-there.mp4"\n$/)
  })

  test('refusals.sh tells the errors apart', async () => {
    const { job_id: id } = await server.submit(copyOf('clip.mp4', 'refusals.mp4'))
    await server.ended(id)
    const lines = assertSucceeded(await example(['shell/refusals.sh', id], server)).split('\n')
    assert.equal(lines[0], '400 missing_spec: Job specification is required')
    assert.match(lines[1] ?? '', /^400 invalid_spec: /)
    assert.ok(lines.includes('    /spec/operations/0/op: there is no operation "scal": did you mean "scale"?'))
    assert.ok(lines.includes('404 job_not_found: Job job_that_never_was not found'))
    assert.ok(lines.includes('400 job_terminal: Job is already in terminal state'))
  })

  test('load.sh counts the answers, and each was a job', async () => {
    const before = await countJobs(server)
    const said = assertSucceeded(await example(['shell/load.sh', 'examples/extract-audio.json', '20', '5'], server))
    assert.match(said, /^20 requests, answered 201: 20\nhalf within \d+ ms, the slowest in \d+ ms\n$/)
    assert.equal((await countJobs(server)) - before, 20)
  })

  test('cut.py shows how far it is, and cuts', async () => {
    const said = assertSucceeded(await example(['python/cut.py', 'clip.mp4', '00:00:01', '1.5', 'cut.mp4'], server))
    assert.match(
      said,
      /^started job_\w+\n(?: *\d+\.\d % \w.*\n)*file:\/\/\/output\/cut\.mp4: 1\.[56]\d s, \d+ bytes\n$/,
    )
    assert.equal(await delivered('cut.mp4'), '2 s, h264 320x180, aac')
  })

  test('retry.py tries again until its source is there, and not at all what was refused', async () => {
    let added: Promise<string> | undefined
    const onOut = (piece: string) => {
      if (/attempt 1 failed: job_\w+ failed: There is no file/.test(piece))
        added = makeClip(site.uploads, { name: 'late.mp4' })
    }
    const words = ['python/retry.py', 'late.mp4', 'late.mp3']
    assert.match(
      assertSucceeded(await example(words, server, { onOut, env: { ATTEMPTS: '9' } })),
      /^job_\w+ completed$/m,
    )
    await added
    assert.equal(await delivered('late.mp3'), '1 s, mp3')
    const refused = await example(['python/retry.py', '../late.mp4', 'late.mp3'], server)
    assert.deepEqual([refused.code, refused.out], [1, ''])
    assert.match(refused.err, /^gave up: 400 .*contains \.\./)
  })

  test('scale.ts scales', async () => {
    const said = assertSucceeded(await example(['node/scale.ts', 'clip.mp4', 'small.mp4', '160'], server))
    assert.match(said, /^started job_\w+\n(?:\d+\.\d % .*\n)*file:\/\/\/output\/small.mp4: 3 s\n$/)
    assert.equal(await delivered('small.mp4'), '3 s, h264 160x90, aac')
    assert.match((await example(['node/scale.ts', 'clip.mp4', 'small.mp4', '-1'], server)).err, /400 invalid_spec: .+/)
  })

  test('health.sh says that nobody in particular asks', async () => {
    const said = assertSucceeded(await example(['shell/health.sh'], server))
    assert.match(said, /^ok, version [\d.]+, called by nobody in particular\nUnauthorized: /)
  })

  test('object-storage.sh makes three objects of one, and cut.py reads one of them', async () => {
    const [source, folder] = [`s3://${bucket}/in/clip.mp4`, `s3://${bucket}/out`]
    assertSucceeded(await example(['python/cut.py', 'clip.mp4', '0', '2', source], server))
    const id = assertSucceeded(await example(['shell/object-storage.sh', source, folder], server)).trim()
    assertSucceeded(await example(['shell/monitor.sh', id], server))
    assertSucceeded(await example(['python/cut.py', `${folder}/360p.mp4`, '0', '1', 'from-s3.mp4'], server))
    assert.equal(await delivered('from-s3.mp4'), '1 s, h264 640x360, aac')
    const { Contents = [] } = await s3.client.listObjectsV2({ Bucket: bucket })
    assert.deepEqual(
      Contents.map(({ Key }) => Key),
      ['in/clip.mp4', 'out/1080p.mp4', 'out/360p.mp4', 'out/720p.mp4'],
    )
  })

  test('objects.ts writes, reads and deletes, in S3 and in a folder', async () => {
    for (const uri of [`s3://${bucket}/notes/a.txt`, `file://${site.directory}/notes/a.txt`]) {
      const said = assertSucceeded(await example(['node/objects.ts', uri], undefined, { env: s3.environment }))
      assert.equal(said, 'there before: false\nthere now: true\nHello from an example\nthere after: false\n', uri)
    }
  })

  test('access.ts makes keys and tokens, and guards a service with them', async () => {
    const folder = (await placeEmbedded()).directory
    const said = assertSucceeded(await example(['node/access.ts', folder], undefined))
    const answers = [...said.matchAll(/^(\/\w+) ([a-z -]+) (\d+)/gm)].map(([, ...answer]) => answer.join(' '))
    assert.deepEqual(answers, [
      '/me without credentials 401',
      '/me x-api-key 200',
      '/stats x-api-key 403',
      '/stats authorization 200',
      '/me x-api-key 401',
    ])
    await rm(folder, { recursive: true })
  })
})

describe('where everybody needs credentials, examples', () => {
  let site: Site
  let server: Server
  let user: Record<string, string>
  before(async () => {
    site = await openSite()
    server = await site.start({ env: { KINORA_AUTH: 'required' } })
    await makeClip(site.uploads, { name: 'clip.mp4', size: '320x180', rate: 5, seconds: 3 })
    user = { TOKEN: await runKinora(site, 'tokens', 'create', '--user', 'alice', '--email', 'alice@example.com') }
  })
  after(() => site?.close())

  test('are refused without them, and say so', async () => {
    const runs = [
      ['python/cut.py', 'clip.mp4', '0', '1', 'x.mp4'],
      ['python/retry.py', 'clip.mp4', 'x.mp3'],
      ['node/scale.ts', 'clip.mp4', 'x.mp4'],
      ['shell/batch.sh', 'clip.mp4'],
      ['shell/monitor.sh'],
    ]
    for (const words of runs) {
      const { code, out, err } = await example(words, server)
      assert.ok(code !== 0 && `${out}${err}`.includes(words[0]?.startsWith('shell') ? '401' : NOTHING_SAID), words[0])
    }
    assert.deepEqual(await site.delivered(), [])
  })

  test('work with a token and with a key, each for its own user', async () => {
    const key = await runKinora(site, 'keys', 'create', '--user', 'bob', '--name', 'batch')
    const bob = { env: { API_KEY: key } }
    assertSucceeded(await example(['python/cut.py', 'clip.mp4', '1', '1', 'part.mp4'], server, { env: user }))
    assertSucceeded(await example(['python/cut.py', 'clip.mp4', '1', '2', 'part.mp4'], server, bob))
    assertSucceeded(await example(['node/scale.ts', 'clip.mp4', 'small.mp4', '64'], server, bob))
    const ids = assertSucceeded(await example(['shell/batch.sh', 'clip.mp4'], server, bob)).trim()
    assertSucceeded(await example(['shell/monitor.sh', ids], server, bob))
    assert.match((await example(['shell/monitor.sh', ids], server, { env: user })).err, /404/)
    const files = (await site.delivered()).map(folder => join(site.output, folder, 'part.mp4'))
    assert.deepEqual((await Promise.all(files.map(describeMedia))).sort(), [
      '1 s, h264 320x180, aac',
      '2 s, h264 320x180, aac',
    ])
  })

  test('keys.sh makes a key, uses it, and ends it', async () => {
    const said = assertSucceeded(await example(['shell/keys.sh'], server, { env: user }))
    assert.match(said, /^made key_\w+\nit belongs to alice\nsk_\w{12}\.\.\. for an example, revoked: false\n/)
    assert.match(said, /revoked at 2.*Z\nUnauthorized: Invalid or revoked API key\ndeleted key_\w+\n$/)
    assert.ok(!(await runKinora(site, 'keys', 'list', '--user', 'alice')).includes('for an example'))
  })

  test('health.sh tells an admin more than a user', async () => {
    const admin = { TOKEN: await runKinora(site, 'tokens', 'create', '--user', 'root', '--role', 'admin') }
    const told = (env: Record<string, string>) => example(['shell/health.sh'], server, { env }).then(assertSucceeded)
    assert.match(await told(user), /called by alice\nForbidden: Insufficient permissions\n$/)
    assert.match(await told(admin), /called by root\n0 pending, .* completed, .* cancelled\n$/)
  })
})

function copyOf(source: string, destination: string, output: object = {}) {
  return { inputs: [{ id: 'clip', source }], operations: [], outputs: [{ id: 'clip', destination, ...output }] }
}

async function countJobs(server: Server): Promise<number> {
  return ((await server.request('GET', '/api/v1/jobs?limit=200')).body as Job[]).length
}
