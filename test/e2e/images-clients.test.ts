// images-clients: the clients of the images document, with the very libraries that they use, against a real server.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import axios from 'axios'
import sharp from 'sharp'
import { runProgram } from '../fixtures/programs.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

let site: Site
let server: Server
before(async () => {
  site = await openSite()
  const unlimited = { KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0' }
  server = await site.start({ env: { ...unlimited, KINORA_FETCH_ALLOW: '127.0.0.1' } })
})
after(() => site?.close())

const at = (name: string) => join(site.directory, name)

test('the Python client asks for a picture, waits and saves it', async () => {
  const words = ['a small owl', at('owl.png'), '--seed', '7', '--aspect-ratio', '16:9']
  const said = await runProgram(['/usr/bin/python3', 'examples/python/picture.py', ...words], {
    env: { BASE_URL: server.studioUrl },
  })
  assert.deepEqual([said.code, said.err], [0, ''])
  assert.match(said.out, /^started [0-9a-f-]{36}, about \d+ s\n[\s\S]*saved .*owl\.png: \d+x\d+, \d+ bytes\n$/)
  const { width = 0, height = 1 } = await sharp(await readFile(at('owl.png'))).metadata()
  assert.ok(Math.abs(width / height - 16 / 9) < 0.05, `${width}x${height}`)
})

test('the Python client says what was wrong, all of it', async () => {
  const words = ['', at('none.png'), '--aspect-ratio', 'wide']
  const said = await runProgram(['/usr/bin/python3', 'examples/python/picture.py', ...words], {
    env: { BASE_URL: server.studioUrl },
  })
  assert.equal(said.code, 1)
  assert.match(said.err, /^prompt: .*\nparameters\.aspect_ratio: .*\n$/)
})

test('the axios client asks for a picture, waits and saves the stream', async () => {
  const said = await runProgram([process.execPath, 'examples/node/picture.ts', 'a calm lake', at('lake.png')], {
    env: { BASE_URL: server.studioUrl },
  })
  assert.deepEqual([said.code, said.err], [0, ''])
  assert.equal((await sharp(await readFile(at('lake.png'))).metadata()).format, 'png')
})

test('axios finds the status and the words of every refusal where it looks for them', async () => {
  const http = axios.create({ baseURL: server.studioUrl, validateStatus: () => true })
  const unknown = '550e8400-e29b-41d4-a716-446655440000'
  const { status, data } = await http.get(`/api/v1/jobs/status/${unknown}`)
  assert.deepEqual([status, data.detail], [404, 'Job not found'])
  assert.equal((await http.delete(`/api/v1/jobs/${unknown}`)).status, 404)
  const refused = await http.post('/api/v1/jobs/generate', { prompt: '', parameters: { width: -1, height: 5000 } })
  assert.equal(refused.status, 422)
  assert.deepEqual(
    refused.data.detail.map(({ loc }: { loc: string[] }) => loc.join('.')),
    ['body.prompt', 'body.parameters.width', 'body.parameters.height'],
  )
})

test('the Express receiver hears of a picture once, signed, and its address needs no credentials', async () => {
  const secret = await secretOf(server)
  const child = spawn(process.execPath, ['examples/node/picture-webhooks.ts', secret, '0'])
  try {
    const port = (await nextLine(child)).replace('listening on ', '')
    const webhookUrl = `http://127.0.0.1:${port}/webhooks/media-complete`
    const told = nextLine(child)
    const { data } = await axios.post(`${server.studioUrl}/api/v1/jobs/generate`, {
      prompt: 'a red flower',
      parameters: { width: 128, height: 128, output_format: 'webp' },
      webhook_url: webhookUrl,
      metadata: { user_id: 'user123' },
    })
    const [id, url = ''] = (await told).split(': ')
    assert.equal(id, data.id)
    const picture = await fetch(url)
    assert.deepEqual([picture.status, picture.headers.get('content-type')], [200, 'image/webp'])
    const forged = { job_id: 'x', status: 'completed', media_url: 'http://elsewhere' }
    assert.equal((await axios.post(webhookUrl, forged, { validateStatus: () => true })).status, 401)
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
})

async function secretOf({ studioUrl: url }: Server): Promise<string> {
  return (await axios.get(`${url}/api/v1/webhooks/secret`)).data.secret
}

async function nextLine(child: ReturnType<typeof spawn>): Promise<string> {
  const [line] = await once(child.stdout ?? assert.fail(), 'data', { signal: AbortSignal.timeout(60_000) })
  return String(line).trim()
}
