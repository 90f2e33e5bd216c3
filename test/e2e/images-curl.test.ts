// images-curl: the calls of the images document, made by curl with its very headers and bodies, answer what it says.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import sharp from 'sharp'
import { runProgram } from '../fixtures/programs.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

type Body = Record<string, unknown>
type Answer = { readonly status: number; readonly text: string; readonly body: Body }

let site: Site
let server: Server
const unknownId = '550e8400-e29b-41d4-a716-446655440000'

before(async () => {
  site = await openSite()
  server = await site.start({ env: { KINORA_LIMIT_IMAGES_STATUS: '0' } })
})

after(() => site?.close())

/** What curl does with these words. */
async function curl(path: string, ...words: readonly string[]): Promise<Answer> {
  const said = await runProgram(['curl', '-s', '-w', '\n%{http_code}', ...words, `${server.studioUrl}${path}`])
  assert.equal(said.code, 0, said.err)
  const [, text = '', status] = /^(.*)\n(\d+)$/s.exec(said.out) ?? []
  return { status: Number(status), text, body: text.startsWith('{') ? JSON.parse(text) : {} }
}

async function generate(body: object): Promise<Answer> {
  return await curl(
    '/api/v1/jobs/generate',
    ...['-X', 'POST', '-H', 'Content-Type: application/json', '-d', JSON.stringify(body)],
  )
}

async function ended(id: unknown): Promise<Body> {
  for (;;) {
    const { body } = await curl(`/api/v1/jobs/status/${id}`)
    if (['completed', 'failed', 'cancelled'].includes(String(body['status']))) return body
    await sleep(50)
  }
}

test('a simple job, its status, its picture, and its end', async () => {
  const parameters = { width: 256, height: 192, num_inference_steps: 4 }
  const prompt = 'A beautiful sunset over mountains with vibrant colors'
  const created = await generate({ prompt, parameters })
  const { id, status_url } = created.body
  assert.deepEqual([created.status, created.body['status']], [201, 'pending'])
  assert.equal(status_url, `/api/v1/jobs/status/${id}`)
  assert.ok(Number(created.body['estimated_completion_time']) >= 1)
  const job = await ended(id)
  assert.deepEqual([job['status'], job['progress'], job['prompt']], ['completed', 100, prompt])
  assert.deepEqual(job['parameters'], parameters)
  assert.equal(job['provider'], 'Procedural')
  const [media] = job['media'] as [{ id: string; url: string; file_size_bytes: number; width: number; height: number }]
  assert.deepEqual([media.width, media.height], [256, 192])

  const file = join(site.directory, 'downloaded_image.png')
  assert.equal((await curl(`/api/v1/media/${media.id}`, '-o', file)).status, 200)
  const bytes = await readFile(file)
  const { format, width, height } = await sharp(bytes).metadata()
  assert.deepEqual([format, width, height, bytes.length], ['png', 256, 192, media.file_size_bytes])

  const info = await curl(`/api/v1/media/${media.id}/info`)
  assert.deepEqual(
    [info.body['storage_path'], info.body['storage_url'], info.body['mime_type'], info.body['file_extension']],
    [`generated/${media.id}.png`, media.url, 'image/png', '.png'],
  )
  const list = await curl('/api/v1/jobs?page=1&per_page=20&status=completed')
  const jobs = list.body['jobs'] as { id: string; media: object[] }[]
  const listed = { id: media.id, url: `/api/v1/media/${media.id}`, type: 'image', width: 256, height: 192 }
  assert.deepEqual(jobs.find(each => each.id === id)?.media, [listed])

  const deleted = await curl(`/api/v1/media/${media.id}`, '-X', 'DELETE')
  assert.deepEqual([deleted.status, deleted.text], [204, ''])
  assert.equal((await curl(`/api/v1/media/${media.id}`)).status, 404)
})

test('a shape, a quality and a seed: the same seed makes the same bytes', async () => {
  const parameters = { aspect_ratio: '16:9', output_quality: 90, seed: 12345, output_format: 'jpg' }
  const metadata = { user_id: 'user123', session_id: 'sess456' }
  const digests = []
  for (const _ of [1, 2]) {
    const { body } = await generate({ prompt: 'A futuristic cityscape at night', parameters, metadata })
    const job = await ended(body['id'])
    assert.deepEqual([job['status'], job['metadata'], job['seed']], ['completed', metadata, 12345], JSON.stringify(job))
    const [media] = job['media'] as [{ id: string; mime_type: string; width: number; height: number }]
    assert.equal(media.mime_type, 'image/jpeg')
    assert.ok(Math.abs(media.width / media.height - 16 / 9) < 0.02)
    digests.push(
      (await runProgram(['bash', '-c', `curl -s ${server.studioUrl}/api/v1/media/${media.id} | sha256sum`])).out,
    )
  }
  assert.equal(digests[0], digests[1])
})

test('what is wrong, what is not there, and what has ended', async () => {
  const wrong = await generate({ prompt: '', parameters: { width: -1, height: 5000 } })
  assert.equal(wrong.status, 422)
  assert.deepEqual(
    (wrong.body['detail'] as { type: string }[]).map(({ type }) => type),
    ['string_too_short', 'greater_equal', 'less_equal'],
  )
  const missing = await curl(`/api/v1/jobs/status/${unknownId}`)
  assert.deepEqual([missing.status, missing.body['detail']], [404, 'Job not found'])
  assert.match(String(missing.body['request_id']), /^req_/)
  assert.equal((await curl(`/api/v1/jobs/${unknownId}`, '-X', 'DELETE')).status, 404)
  const { body } = await generate({ prompt: 'x', parameters: { width: 128, height: 128 } })
  await ended(body['id'])
  assert.equal((await curl(`/api/v1/jobs/${body['id']}`, '-X', 'DELETE')).status, 409)
  const hook = await generate({ prompt: 'x', webhook_url: 'http://169.254.169.254/latest/meta-data' })
  assert.equal(hook.status, 422)
})

test('health and probes', async () => {
  const { body } = await curl('/api/v1/health')
  assert.deepEqual([body['status'], body['services']], ['healthy', { database: true, redis: true }])
  for (const probe of ['live', 'ready']) assert.equal((await curl(`/api/v1/health/${probe}`)).status, 200)
  const { models } = (await curl('/api/v1/models')).body as { models: { name: string; real: boolean }[] }
  assert.deepEqual(
    models.map(({ name, real }) => [name, real]),
    [['procedural', false]],
  )
})
