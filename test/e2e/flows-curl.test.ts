// flows-curl: the calls of the pipelines document, made by curl with its very headers and bodies, answer what it says.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { makeClip } from '../fixtures/clips.ts'
import { describeMedia } from '../fixtures/ffprobe.ts'
import { runKinora, runProgram } from '../fixtures/programs.ts'
import { type S3Server, startS3 } from '../fixtures/s3.ts'
import type { Job, Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

type Answer = { readonly status: number; readonly body: Record<string, unknown> & Partial<Job>; readonly text: string }

/** What curl does with these words, below the address of a server. */
async function curl({ url }: Server, path: string, ...words: readonly string[]): Promise<Answer> {
  const said = await runProgram(['curl', '-s', '-w', '\n%{http_code}', ...words, `${url}${path}`])
  assert.equal(said.code, 0, said.err)
  const [, text = '', status] = /^(.*)\n(\d+)$/s.exec(said.out) ?? []
  return { status: Number(status), body: JSON.parse(text), text }
}

const JSON_BODY = ['-H', 'Content-Type: application/json']
const bearer = (token: string) => ['-H', `Authorization: Bearer ${token}`]
const apiKey = (key: string) => ['-H', `X-API-Key: ${key}`]

function post(server: Server, spec: unknown, credentials: readonly string[] = []): Promise<Answer> {
  const body = typeof spec === 'string' ? spec : JSON.stringify({ spec })
  return curl(server, '/api/v1/jobs', '-X', 'POST', ...credentials, ...JSON_BODY, '-d', body)
}

const trim = (start: string, duration: string) => ({ op: 'trim', params: { start, duration } })
const scale = (width: number, height: number, more = {}) => ({ op: 'scale', params: { width, height, ...more } })

/** One source, through one operation after the other, into one file. */
function chain(
  source: string,
  operations: readonly { op: string; params: object }[],
  destination: string,
  codec?: object,
) {
  const names = ['source', ...operations.map((_, index) => `step${index}`)]
  return {
    inputs: [{ id: 'source', source }],
    operations: operations.map((operation, index) => ({ ...operation, input: names[index], output: names[index + 1] })),
    outputs: [{ id: names.at(-1), destination, ...(codec && { codec }) }],
  }
}

/** Three sizes of one source. */
function ladder(source: string, destination: (name: string) => string) {
  const sizes = [
    ['hd', 1920, 1080],
    ['sd', 1280, 720],
    ['mobile', 640, 360],
  ] as const
  return {
    inputs: [{ id: 'source', source }],
    operations: sizes.map(([output, width, height]) => ({ ...scale(width, height), input: 'source', output })),
    outputs: sizes.map(([id]) => ({ id, destination: destination(id) })),
  }
}

const x264 = (preset: string) => ({ video: { codec: 'libx264', preset, crf: 23 } })
const x264Aac = { ...x264('fast'), audio: { codec: 'aac', bitrate: '128k' } }
const mp3 = { audio: { codec: 'libmp3lame', bitrate: '192k' } }

/** By what the document shows: the spec, and what its files then are. */
const JOBS: Record<string, readonly [spec: object, media: readonly string[]]> = {
  'a simple job': [chain('test.mp4', [trim('00:00:10', '00:00:30')], 'output.mp4'), ['30 s, h264 64x64, aac']],
  'a part in the middle': [chain('input.mp4', [trim('00:05:30', '00:02:00')], 'segment.mp4'), ['120 s, h264 64x36']],
  'another size': [
    chain('4k-video.mp4', [scale(1920, 1080, { algorithm: 'lanczos' })], 'hd-video.mp4', x264('medium')),
    ['2 s, h264 1920x1080, aac'],
  ],
  'a part in another size': [
    chain(
      'long-video.mp4',
      [trim('00:10:00', '00:05:00'), scale(1280, 720, { algorithm: 'lanczos' })],
      'highlight.mp4',
      x264Aac,
    ),
    ['300 s, h264 1280x720'],
  ],
  'several sizes': [
    ladder('original.mp4', name => `output-${name}.mp4`),
    ['2 s, h264 1920x1080, aac', '2 s, h264 1280x720, aac', '2 s, h264 640x360, aac'],
  ],
  'the sound alone': [chain('original.mp4', [], 'audio.mp3', mp3), ['2 s, mp3']],
  'a part of a sound': [chain('podcast.mp3', [trim('00:15:30', '00:03:00')], 'highlight.mp3'), ['180 s, mp3']],
}

describe('where nobody needs credentials, curl', () => {
  let site: Site
  let s3: S3Server
  let server: Server
  before(async () => {
    s3 = await startS3()
    site = await openSite()
    // The documented times are in the fifteenth minute: a picture every five seconds is enough of one.
    await makeClip(site.uploads, { name: 'test.mp4', seconds: 45, rate: 1 })
    for (const name of ['input.mp4', 'long-video.mp4'])
      await makeClip(site.uploads, { name, seconds: 910, size: '64x36', rate: 1, audio: false })
    await makeClip(site.uploads, { name: 'podcast.mp3', seconds: 1120 })
    await makeClip(site.uploads, { name: '4k-video.mp4', seconds: 2, size: '3840x2160', rate: 1 })
    await makeClip(site.uploads, { name: 'original.mp4', seconds: 2, size: '1920x1080', rate: 1 })
    server = await site.start({ env: s3.environment })
  })
  after(async () => {
    await site?.close()
    await s3?.stop()
  })

  test('creates every job of the document, and each is what it asks for', async () => {
    const started = await Promise.all(
      Object.entries(JOBS).map(async ([name, [spec, media]]) => ({ name, media, answer: await post(server, spec) })),
    )
    for (const { name, media, answer } of started) {
      assert.equal(answer.status, 201, `${name}: ${answer.text}`)
      assert.match(String(answer.body.job_id), /^job_/)
      assert.equal(answer.body.status, 'pending')
      const job = await server.ended(String(answer.body.job_id))
      assert.equal(job.status, 'completed', `${name}: ${job.error?.message}`)
      const files = job.outputs.map(({ destination }) => destination.replace('file:///output', site.output))
      assert.deepEqual(await Promise.all(files.map(describeMedia)), media, name)
    }
  })

  test('reads and writes objects as the document does', async () => {
    const bucket = await s3.createBucket()
    const at = (key: string) => `s3://${bucket}/${key}`
    const stored = async (spec: object) => {
      const { body, text } = await post(server, spec)
      const job = await server.ended(String(body.job_id))
      assert.equal(job.status, 'completed', `${text} ${job.error?.message}`)
      return job.outputs
    }
    await stored(chain('file:///uploads/long-video.mp4', [], at('videos/input.mp4')))
    const [part] = await stored(
      chain(at('videos/input.mp4'), [trim('00:00:10', '00:01:00')], 'file:///output/trimmed.mp4'),
    )
    assert.equal(part?.destination, 'file:///output/trimmed.mp4')
    const spec = chain('file:///uploads/original.mp4', [scale(1280, 720)], at('processed/720p.mp4'), x264('medium'))
    assert.equal((await stored(spec))[0]?.destination, at('processed/720p.mp4'))
    await stored(
      chain(at('videos/input.mp4'), [trim('00:05:00', '00:10:00'), scale(320, 180)], at('videos/final.mp4'), x264Aac),
    )
    await stored(ladder(at('processed/720p.mp4'), name => at(`transcoded/${name}.mp4`)))
    const { Contents = [] } = await s3.client.listObjectsV2({ Bucket: bucket })
    assert.deepEqual(
      Contents.map(({ Key }) => Key),
      [
        ...['processed/720p.mp4', 'transcoded/hd.mp4', 'transcoded/mobile.mp4', 'transcoded/sd.mp4'],
        ...['videos/final.mp4', 'videos/input.mp4'],
      ],
    )
  })

  test('sees a job, lists jobs, and cancels one', async () => {
    const { body } = await post(server, chain('input.mp4', [scale(1280, 720)], 'cancelled.mp4'))
    const id = String(body.job_id)
    const seen = await curl(server, `/api/v1/jobs/${id}`)
    assert.equal(seen.status, 200)
    assert.equal(typeof seen.body.progress?.overall_percent, 'number')
    assert.equal(typeof seen.body.progress?.current_step, 'string')
    for (const at of [seen.body.created_at, seen.body.updated_at])
      assert.match(String(at), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
    assert.ok(!('error' in seen.body))
    const cancelled = await curl(server, `/api/v1/jobs/${id}`, '-X', 'DELETE')
    assert.equal(cancelled.status, 200)
    assert.equal((await server.ended(id)).status, 'cancelled')
    assertFailure(await curl(server, `/api/v1/jobs/${id}`, '-X', 'DELETE'), 400, {
      error: 'job_terminal',
      message: 'Job is already in terminal state',
      code: 400,
    })
    const list = async (query: string) => JSON.parse((await curl(server, `/api/v1/jobs${query}`)).text) as Job[]
    assert.equal((await list(''))[0]?.job_id, id)
    assert.equal((await list('?limit=10&offset=0'))[0]?.job_id, id)
    const completed = await list('?status=completed')
    assert.ok(completed.length > 0 && completed.every(({ status }) => status === 'completed'))
  })

  test('pipes the list through jq as the document does', async () => {
    const script = `curl -s "${server.url}/api/v1/jobs?status=completed" | jq -r '.[].job_id' | head -1`
    const id = (await runProgram(['bash', '-c', script])).out.trim()
    assert.match(id, /^job_\w+$/)
    const numbers = `curl -s "${server.url}/api/v1/jobs/${id}" | jq -r '.status, .progress.overall_percent'`
    assert.equal((await runProgram(['bash', '-c', numbers])).out, 'completed\n100\n')
  })

  test('gets the three errors word for word', async () => {
    const missing = { error: 'missing_spec', message: 'Job specification is required', code: 400 }
    assertFailure(await post(server, '{"spec": null}'), 400, missing)
    const unknown = { error: 'job_not_found', message: 'Job nonexistent not found', code: 404 }
    assertFailure(await curl(server, '/api/v1/jobs/nonexistent'), 404, unknown)
  })

  test('is told that the service works, with -v as without', async () => {
    assert.equal((await curl(server, '/health')).status, 200)
    assert.equal((await curl(server, '/health', '-v')).status, 200)
    assert.equal((await curl(server, '/api/v1/health')).status, 200)
  })
})

describe('where everybody needs credentials, curl', () => {
  let site: Site
  let server: Server
  before(async () => {
    site = await openSite()
    await makeClip(site.uploads, { name: 'input.mp4', seconds: 45, rate: 1, size: '64x36' })
    server = await site.start({ env: { KINORA_AUTH: 'required' } })
  })
  after(() => site?.close())
  // Not even JSON: who calls is asked first.
  const BODY = '{"spec": {...}}'
  const sentence = (text: string) => ({ error: text })

  test('is refused in the words of the document', async () => {
    const { id, key } = JSON.parse(await runKinora(site, 'keys', 'create', '--user', 'u', '--name', 'n', '--json'))
    await runKinora(site, 'keys', 'revoke', id)
    const token = await runKinora(site, 'tokens', 'create', '--user', 'user456', '--role', 'user')
    const none = sentence('Unauthorized: No valid authentication provided')
    assertFailure(await post(server, BODY), 401, none)
    assertFailure(await curl(server, '/api/v1/jobs'), 401, none)
    const wrongToken = sentence('Unauthorized: Invalid or expired token')
    assertFailure(await post(server, BODY, bearer('invalid-token')), 401, wrongToken)
    assertFailure(await post(server, BODY, bearer(`${token.slice(0, -4)}AAAA`)), 401, wrongToken)
    const wrongKey = sentence('Unauthorized: Invalid or revoked API key')
    for (const wrong of ['sk_revoked_key', key]) assertFailure(await post(server, BODY, apiKey(wrong)), 401, wrongKey)
    const forbidden = sentence('Forbidden: Insufficient permissions')
    assertFailure(await curl(server, '/api/v1/admin/stats', ...bearer(token)), 403, forbidden)
  })

  test('is let in with a token and with a key', async () => {
    const user = ['--user', 'user123', '--email', 'user@example.com']
    const token = await runKinora(site, 'tokens', 'create', ...user, '--role', 'admin', '--hours', '24')
    const key = await runKinora(site, 'keys', 'create', '--user', 'user123', '--name', 'Production Key')
    assert.match(key, /^sk_\w{20,}$/)
    const spec = chain('input.mp4', [trim('00:00:10', '00:00:30')], 'output.mp4')
    const { status, body } = await post(server, spec, bearer(token))
    assert.equal(status, 201)
    // The key is of the same user, and sees what the token made.
    assert.equal((await curl(server, `/api/v1/jobs/${body.job_id}`, ...apiKey(key))).status, 200)
    assert.equal((await post(server, spec, apiKey(key))).status, 201)
    assert.equal((await curl(server, '/api/v1/admin/stats', ...bearer(token))).status, 200)
    const { authenticated_as: who } = (await curl(server, '/api/v1/health', ...bearer(token))).body
    assert.deepEqual(who, { user_id: 'user123', email: 'user@example.com', role: 'admin', method: 'jwt' })
  })
})

/** The status, and these members of the body as they are; there may be more. */
function assertFailure({ status, body, text }: Answer, wanted: number, members: object): void {
  assert.equal(status, wanted, text)
  assert.deepEqual({ ...body, ...members }, body)
}
