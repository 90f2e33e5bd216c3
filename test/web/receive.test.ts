// receive: forms over bare sockets: what is taken, what is refused and when, and that nothing is left on the disk.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { dialect } from '../../src/features/pipelines/errors.ts'
import { AppError } from '../../src/lib/errors.ts'
import { readForms, receiveForm } from '../../src/web/receive.ts'
import { openServer } from '../../src/web/server.ts'

const MAX_BYTES = 200_000

test('fields may come before or after the file, and the file is what was sent', async t => {
  const { url, scratch } = await serve(t)
  for (const order of ['before', 'after']) {
    const body = new FormData()
    if (order === 'before') body.set('name', 'ä')
    body.set('file', new Blob(['x'.repeat(MAX_BYTES)]), 'a.bin')
    if (order === 'after') body.set('name', 'ä')
    const reply = await fetch(url, { method: 'POST', body })
    assert.deepEqual(await reply.json(), { fields: { name: 'ä' }, sizes: { file: MAX_BYTES }, same: true })
  }
  await empty(scratch)
})

test('an urlencoded form is read, too', async t => {
  const { url } = await serve(t)
  const reply = await fetch(url, { method: 'POST', body: new URLSearchParams({ a: '1 2', b: 'ä+' }) })
  assert.deepEqual(await reply.json(), { fields: { a: '1 2', b: 'ä+' }, sizes: {}, same: true })
})

const REFUSED: readonly [string, number, (body: FormData) => void][] = [
  ['a file that is one byte too long', 413, body => body.set('file', new Blob(['x'.repeat(MAX_BYTES + 1)]))],
  ['a file that begins badly', 400, body => body.set('file', new Blob(['bad']))],
  ['an empty file', 400, body => body.set('file', new Blob([]))],
  ['a file of another name', 400, body => body.set('other', new Blob(['x']))],
  ['two files', 400, body => [1, 2].forEach(() => void body.append('file', new Blob(['x'])))],
  ['a field twice', 400, body => [1, 2].forEach(() => void body.append('a', 'x'))],
  ['a field without end', 400, body => body.set('a', 'x'.repeat(10_000))],
  ['a field with NUL', 400, body => body.set('a', 'x\0')],
  ['a field that would change every object', 400, body => body.set('__proto__', 'x')],
  ['fields without number', 413, body => Array.from({ length: 90 }, (_, n) => body.set(`f${n}`, 'x'))],
]

for (const [title, status, fill] of REFUSED)
  test(`${title} is refused, and nothing of it stays`, async t => {
    const { url, scratch } = await serve(t)
    const body = new FormData()
    fill(body)
    const reply = await fetch(url, { method: 'POST', body })
    assert.ok([400, status].includes(reply.status), `${reply.status} ${await reply.text()}`)
    await empty(scratch)
  })

for (const [type, status] of [
  ['application/json', 415],
  ['text/plain', 415],
  ['multipart/form-data', 400],
  ['multipart/mixed; boundary=x', 415],
] as const)
  test(`a body of ${type} is a ${status}`, async t => {
    const { url } = await serve(t)
    const reply = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': type } })
    assert.equal(reply.status, status, await reply.text())
  })

test('what says that it is too long is refused before any of it is sent', async t => {
  const { port, scratch } = await serve(t)
  const reply = await talk(port, head(10_000_000))
  assert.match(reply, /^HTTP\/1\.1 413 /)
  assert.match(reply, /connection: close/i)
  await empty(scratch)
})

test('what turns out to be too long is refused while most of it is still to come', async t => {
  const { port, scratch } = await serve(t)
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`${head()}${chunk(PART)}`)
  let sent = 0
  let reply = ''
  socket.on('data', data => {
    reply += data
  })
  while (!socket.destroyed && !reply && sent < 500) {
    socket.write(chunk('x'.repeat(10_000)))
    sent++
    await sleep(1)
  }
  assert.match(reply, /^HTTP\/1\.1 413 /)
  assert.ok(sent < 200, `${sent} chunks`)
  socket.destroy()
  await empty(scratch)
})

test('half an upload leaves nothing', async t => {
  const { port, scratch } = await serve(t)
  const socket = connect(port, '127.0.0.1')
  socket.write(`${head()}${chunk(PART)}${chunk('x'.repeat(70_000))}`)
  while (readdirSync(scratch).length === 0) await sleep(5)
  socket.destroy()
  await empty(scratch)
})

test('a form that ends in the middle is malformed', async t => {
  const { port, scratch } = await serve(t)
  const body = `${PART}xxxx`
  assert.match(await talk(port, `${head(body.length)}${body}`), /^HTTP\/1\.1 400 /)
  await empty(scratch)
})

const PART = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

function head(length?: number): string {
  const framing = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`
  return `POST /form HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n${framing}\r\n\r\n`
}

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`
}

async function talk(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(text)
  let reply = ''
  socket.on('data', data => {
    reply += data
  })
  await once(socket, 'close')
  return reply
}

// What a request has left goes when its connection has: a moment later.
async function empty(scratch: string): Promise<void> {
  const deadline = performance.now() + 5000
  while (readdirSync(scratch).length > 0 && performance.now() < deadline) await sleep(5)
  assert.deepEqual(readdirSync(scratch), [])
}

async function serve(t: TestContext) {
  const scratch = mkdtempSync(join(tmpdir(), 'kinora-receive-'))
  const check = (beginning: Buffer) => {
    if (!beginning.toString().startsWith('x')) throw new AppError('upload_unsupported', 'It does not begin with an x')
  }
  const preValidation = receiveForm({ scratch, files: { file: { maxBytes: MAX_BYTES, check } } })
  const door: Parameters<typeof openServer>[0] = {
    dialect,
    async routes(api) {
      await readForms(api)
      api.post('/form', { preValidation }, async ({ form }) => {
        const files = Object.entries(form.files)
        const same = files.every(([, { path, sizeBytes }]) => readFileSync(path).equals(Buffer.alloc(sizeBytes, 'x')))
        return {
          fields: form.fields,
          sizes: Object.fromEntries(files.map(([name, file]) => [name, file.sizeBytes])),
          same,
        }
      })
    },
  }
  const api = await openServer(door, pino({ level: 'silent' }))
  await api.listen({ host: '127.0.0.1', port: 0 })
  t.after(async () => {
    await api.close()
    rmSync(scratch, { recursive: true })
  })
  const { port } = api.server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/form`, port, scratch }
}
