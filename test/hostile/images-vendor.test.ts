// images-vendor: a maker of pictures that has been taken over: what it delivers is a picture or nothing, it leads us to no
// other house, and what it says is only text.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { blackPng } from '../ffmpeg/pictures.ts'
import { until } from '../fixtures/children.ts'
import { type ImageJob, imageJobs } from '../fixtures/image-client.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'
import { type Arrived, type Reply, serveVendor, type VendorServer } from '../fixtures/vendors/http.ts'

const KEY = 'sk-a-key-of-this-test-alone'
const SIZE = { width: 64, height: 64, channels: 3, background: 'red' } as const

let site: Site
let server: Server
let vendor: VendorServer
let canary: HttpServer
let visits = 0
let whole: Buffer
/** By the prompt. */
let deeds: Readonly<Record<string, () => Reply>>

before(async () => {
  canary = createServer((_asked, answer) => {
    visits += 1
    answer.writeHead(200, { 'content-type': 'image/png' }).end(whole)
  }).listen(0)
  await once(canary, 'listening')
  whole = await sharp({ create: SIZE }).png().toBuffer()
  vendor = await serveVendor(answer, () => undefined)
  deeds = { ...otherHouses((canary.address() as AddressInfo).port), ...noPictures(), ...words() }
  site = await openSite()
  const openai = { KINORA_OPENAI_URL: `${vendor.url}/v1`, KINORA_OPENAI_KEY: KEY, KINORA_OPENAI_IMAGE_MODELS: 'taken' }
  const unlimited = { KINORA_LIMIT_API: '0', KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0' }
  server = await site.start({ env: { ...openai, ...unlimited, KINORA_CONCURRENCY_PROVIDER: '4' } })
})
after(async () => {
  await site?.close()
  await vendor?.[Symbol.asyncDispose]()
  canary?.close()
})

test('whatever is not one whole picture fails, as often as it is tried, and nothing of it stays', async () => {
  const names = [...Object.keys(otherHouses(0)), ...Object.keys(noPictures())]
  const jobs = await Promise.all(names.map(name => made(name)))
  for (const [index, job] of jobs.entries()) {
    const label = `${names[index]}: ${JSON.stringify(job.error_message)}`
    assert.equal(job.status, 'failed', label)
    assert.match(job.error_message ?? '', /^OpenAI-compatible server API error: \S/, label)
    assert.equal(job.media, null, label)
    assert.doesNotMatch(job.error_message ?? '', /\/tmp\/|scratch|node_modules|outputs\//, label)
    assert.ok(!job.error_message?.includes(KEY), label)
  }
  assert.equal(visits, 0, 'somebody came to another house')
  await until(async () => (await site.leftovers()).length === 0)
  assert.deepEqual(await files(), [])
})

test('a picture on its own server is fetched, and what was written into it, or behind it, is left there', async () => {
  for (const name of ['its own server', 'a picture that is a page, too']) {
    const job = await made(name)
    assert.equal(job.status, 'completed', job.error_message ?? '')
    const bytes = await imageJobs(server).bytes(job.media?.[0]?.url ?? '')
    // What its maker has written into it is not passed on.
    assert.ok(bytes.includes('XML:com.adobe.xmp') && !bytes.includes('<script>'), name)
  }
})

test('notes that unpack to more than they are go no further', async () => {
  for (const name of ['a note that unpacks to a lot', 'a text that unpacks to a lot']) {
    const job = await made(name)
    assert.equal(job.status, 'completed', job.error_message ?? '')
    const bytes = await imageJobs(server).bytes(job.media?.[0]?.url ?? '')
    assert.ok(bytes.length < whole.length + 5000, `${bytes.length} bytes`)
  }
})

test('what it says is passed on as one line of text, without our key, and can be kept', async () => {
  const [loud, rewritten] = await Promise.all([made('an error with our key'), made('a prompt rewritten')])
  assert.equal(loud.status, 'failed')
  assert.equal(loud.error_message, 'OpenAI-compatible server API error: <script>alert(1)</script> Bearer … and …')
  assert.equal(rewritten.status, 'completed', rewritten.error_message ?? '')
  assert.match(JSON.stringify(rewritten.warnings), /The prompt was rewritten before it was painted: an owl\b/)
  assert.ok(JSON.stringify(rewritten.warnings).length < 2000)
  assert.ok(!server.log().includes(KEY))
})

function answer({ path, body }: Arrived): Reply {
  if (path === '/picture.png')
    return {
      bytes: noted('tEXt', Buffer.from('k\0<script>alert(1)</script>')),
      headers: { 'content-type': 'image/png' },
    }
  if (path === '/elsewhere.png')
    return { status: 302, headers: { location: `http://127.0.0.1:${(canary.address() as AddressInfo).port}/` } }
  const { prompt } = body as { prompt: string }
  return deeds[prompt]?.() ?? { status: 500, json: { error: { message: `nobody has thought of ${prompt}` } } }
}

const at = (url: string) => () => ({ json: { data: [{ url }] } })
const with64 = (bytes: Buffer) => () => ({ json: { data: [{ b64_json: bytes.toString('base64') }] } })

function otherHouses(port: number): Readonly<Record<string, () => Reply>> {
  const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0.0.0.0', '127.1']
  const own = new URL(vendor.url).host
  return {
    ...Object.fromEntries(hosts.map(host => [`a picture at ${host}`, at(`http://${host}:${port}/a.png`)])),
    'its own server as a user': at(`http://${own}@127.0.0.1:${port}/a.png`),
    'its own server, which redirects': at(`${vendor.url}/elsewhere.png`),
    'the metadata of a cloud': at('http://169.254.169.254/latest/meta-data/'),
    'a file': at('file:///etc/passwd'),
    'a script': at('javascript:alert(1)'),
    'a page in an address': at('data:text/html;base64,PGh0bWw+'),
  }
}

function noPictures(): Readonly<Record<string, () => Reply>> {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>'
  return {
    'a page': with64(Buffer.from('<!doctype html><script>alert(1)</script>')),
    SVG: with64(Buffer.from(svg)),
    'a playlist': with64(Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')),
    'a list of files': with64(Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n")),
    'a GIF that is a playlist, too': with64(Buffer.from('GIF89a#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')),
    'a program': with64(Buffer.from('\x7fELF\x02\x01\x01', 'latin1')),
    'a beginning and nothing else': with64(whole.subarray(0, 60)),
    'a PNG of 30 000 x 30 000': with64(blackPng(30_000, 30_000)),
    'a PNG of a line of 100 000': with64(blackPng(100_000, 1)),
    'a PNG of nothing': with64(blackPng(0, 0)),
    'a size that is a lie': with64(resized(whole, 2 ** 31 - 1)),
    'no base64': () => ({ json: { data: [{ b64_json: '\u0000\u0001' }] } }),
    'no pictures': () => ({ json: { data: [] } }),
    'something else': () => ({ json: ['<html>'] }),
    'half an answer': () => ({ json: { data: [{ b64_json: whole.toString('base64') }] }, half: true }),
  }
}

function words(): Readonly<Record<string, () => Reply>> {
  const bomb = deflateSync(Buffer.alloc(64 << 20))
  const said = `<script>alert(1)</script>\r\n\u0000 Bearer ${KEY} and ${KEY}`
  return {
    'its own server': at(`${vendor.url}/picture.png`),
    'a picture that is a page, too': with64(Buffer.concat([whole, Buffer.from('<script>alert(1)</script>')])),
    'a note that unpacks to a lot': with64(noted('zTXt', Buffer.concat([Buffer.from('k\0\0'), bomb]))),
    'a text that unpacks to a lot': with64(noted('iTXt', Buffer.concat([Buffer.from('k\0\x01\0\0\0'), bomb]))),
    'an error with our key': () => ({ status: 400, json: { error: { message: said } } }),
    'a prompt rewritten': () => ({
      json: {
        data: [{ b64_json: whole.toString('base64'), revised_prompt: `an owl\u0000\ud800${'x'.repeat(100_000)}` }],
      },
    }),
  }
}

/** With a chunk after the header. */
function noted(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const [before, behind] = [Buffer.alloc(4), Buffer.alloc(4)]
  before.writeUInt32BE(data.length)
  behind.writeUInt32BE(crc32(named))
  return Buffer.concat([whole.subarray(0, 33), before, named, behind, whole.subarray(33)])
}

/** As wide as that, says its header. */
function resized(png: Buffer, width: number): Buffer {
  const changed = Buffer.from(png)
  changed.writeUInt32BE(width, 16)
  changed.writeUInt32BE(crc32(changed.subarray(12, 29)), 29)
  return changed
}

async function made(prompt: string): Promise<ImageJob> {
  const { create, ended } = imageJobs(server)
  return await ended((await create({ prompt, parameters: {} })).id)
}

/** Everything that is kept of what was made. */
async function files(): Promise<string[]> {
  const found = await readdir(site.objects, { recursive: true, withFileTypes: true }).catch(() => [])
  return found.filter(entry => entry.isFile()).map(({ name }) => name)
}
