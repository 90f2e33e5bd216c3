// other-origin: pages of another origin, in Chromium: those of the list use everything, and the others see nothing.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../fixtures/browser.ts'
import { makeClip } from '../fixtures/clips.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

// Under this policy nothing is shown that does not say that others may show it.
const PAGE = { 'content-type': 'text/html', 'cross-origin-embedder-policy': 'require-corp' }
const web = createServer((_request, response) => response.writeHead(200, PAGE).end('<!doctype html><body>'))

let site: Site
let server: Server
let browser: Browser
let friend: string
let stranger: string

before(async () => {
  web.listen(0, 'localhost')
  await once(web, 'listening')
  const { port } = web.address() as AddressInfo
  ;[friend, stranger] = [`http://localhost:${port}`, `http://other.localhost:${port}`]
  site = await openSite()
  ;[server, browser] = await Promise.all([site.start({ env: { KINORA_CORS_ORIGINS: friend } }), openBrowser()])
})
after(async () => {
  await browser?.close()
  await site?.close()
  web.close()
})

test('a page of the list sends whatever headers it likes, and reads what the answer says', async t => {
  const page = await open(t, friend)
  const headers = {
    ...{ 'content-type': 'application/json', 'idempotency-key': 'one', 'x-api-version': '7' },
    ...{ 'tus-resumable': '1.0.0', 'x-progress-id': 'p'.repeat(24), traceparent: '00-1-2-01' },
  }
  const body = JSON.stringify({ prompt: 'a lake', parameters: { width: 128, height: 128 } })
  const created = await call(page, `${server.studioUrl}/api/v1/jobs/generate`, { method: 'POST', headers, body })
  assert.deepEqual([created.status, created.fault], [201, undefined], JSON.stringify(created))
  for (const name of ['location', 'x-request-id', 'ratelimit-remaining']) assert.ok(created.headers?.[name], name)
  const listed = await call(page, `${server.url}/api/v1/jobs`, { headers: { 'x-anything': 'yes' } })
  assert.deepEqual([listed.status, listed.headers?.['x-total-count']], [200, '0'])
  const gone = await call(page, `${server.url}/api/v1/jobs/job_none`, { method: 'DELETE', credentials: 'include' })
  assert.equal(gone.status, 404, 'also a refusal can be read')
})

test('a page of the list makes a motion photo with the client, and shows what it got', async t => {
  const page = await open(t, friend)
  const clip = await makeClip(site.directory, { name: 'untidy.mp4', seconds: 1.37, size: '160x90', rate: '30000/1001' })
  await page.evaluate(`document.body.innerHTML = '<input type="file">'`)
  await page.setInputFiles('input', clip)
  const made = await page.evaluate(`(async () => {
    const html = await (await fetch('${server.studioUrl}/')).text()
    const [, main] = /src="(page\\/[^"]+)main\\.ts"/.exec(html)
    const { createBackendFFmpegClient } = await import('${server.studioUrl}/' + main + 'sdk/index.ts')
    const client = createBackendFFmpegClient({ backendUrl: '${server.studioUrl}' })
    const seen = new Set()
    const onProgress = ({ phase }) => seen.add(phase)
    const { sessionId, previewUrl } = await client.transcodeSource(document.querySelector('input').files[0], { onProgress })
    const range = { rangeStart: 0.1, rangeEnd: 1, coverTime: 0.5, speed: 1 }
    const { name, type } = await client.convertToFile({ sessionId, ...range }, { onProgress })
    const video = Object.assign(document.createElement('video'), { muted: true, src: previewUrl })
    await new Promise((resolve, reject) => Object.assign(video, { onloadeddata: resolve, onerror: reject }))
    return { name, type, width: video.videoWidth, phases: [...seen].sort().join() }
  })()`)
  const { name, ...rest } = made as { name: string }
  assert.match(name, /^IMG_\w+_MP\.jpg$/, 'the name is read from Content-Disposition')
  assert.deepEqual(rest, { type: 'image/jpeg', width: 160, phases: 'download,processing,upload' })
})

test('whoever has the address of a picture may show it; nothing else is given to a page that is not of the list', async t => {
  const page = await open(t, friend)
  const picture = await waitForPicture()
  const other = await open(t, stranger)
  for (const [shown, url, expected] of [
    [page, picture, 128],
    [other, picture, 128],
    [other, `${server.studioUrl}/page/icon.svg`, 'refused'],
  ] as const)
    assert.equal(await show(shown, url), expected)
  for (const [url, init] of [
    [`${server.url}/api/v1/jobs`, {}],
    [`${server.url}/health`, { headers: { 'x-api-key': 'sk_1' } }],
    [picture, {}],
  ] as const)
    assert.equal((await call(other, url, init)).fault, 'TypeError', url)
})

async function open(t: TestContext, origin: string): Promise<Page> {
  const page = await browser.newPage()
  t.after(() => page.close())
  await page.goto(origin)
  return page
}

type Answer = { status?: number; headers?: Record<string, string>; fault?: string }

async function call(page: Page, url: string, init: object): Promise<Answer> {
  return await page.evaluate(`fetch('${url}', ${JSON.stringify(init)}).then(
    ({ status, headers }) => ({ status, headers: Object.fromEntries(headers) }),
    thrown => ({ fault: thrown.name }))`)
}

async function show(page: Page, url: string): Promise<number | 'refused'> {
  return await page.evaluate(`new Promise(resolve => {
    const image = new Image()
    image.onload = () => resolve(image.naturalWidth)
    image.onerror = () => resolve('refused')
    image.src = '${url}'
  })`)
}

async function waitForPicture(): Promise<string> {
  for (;;) {
    const answer = await fetch(`${server.studioUrl}/api/v1/jobs?status=completed`)
    const { jobs } = (await answer.json()) as { jobs: { media: { id: string }[] }[] }
    const id = jobs[0]?.media[0]?.id
    if (id !== undefined) return `${server.studioUrl}/api/v1/media/${id}`
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
