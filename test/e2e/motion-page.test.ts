// motion-page: a person makes motion photos in Chromium, with the page, the client and the service as they are.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { splitMotionPhoto } from '../../sdk/index.ts'
import { openBrowser, openPage } from '../fixtures/browser.ts'
import { toolsIn, until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

const TOKEN = 'token-of-the-page'
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

let site: Site
let server: Server
let browser: Browser
let clip: string

before(async () => {
  site = await openSite()
  const env = { KINORA_AUTH_MOTION_PHOTOS: 'required', KINORA_TOKENS: TOKEN, KINORA_LIMIT_MOTION_TOKEN: '0' }
  ;[server, browser] = await Promise.all([site.start({ env }), openBrowser()])
  clip = await makeClip(site.directory, { name: 'holiday.mp4', seconds: 5.37, size: '320x180', rate: '30000/1001' })
})
after(async () => {
  await browser?.close()
  await site?.close()
})

test('a clip becomes a photo that moves, by keyboard alone, and is gone when the page is left', async t => {
  const page = await open(t)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  const preview = await page.locator('#stage').getAttribute('src')
  assert.equal((await fetch(preview ?? '')).status, 200)

  // The start has the focus; the end is the next stop, then the still.
  await press(page, 'Shift+ArrowRight', 1)
  await press(page, 'ArrowRight', 5)
  await press(page, 'Tab', 1)
  await press(page, 'PageDown', 1)
  await press(page, 'Tab', 1)
  await press(page, 'Home', 1)
  await press(page, 'ArrowRight', 3)
  const marks = await page.locator('[role=slider]').evaluateAll(all => all.map(one => one.ariaValueNow))
  // Fifteen frames, and three more, of 30000/1001 a second.
  assert.deepEqual(marks, ['0.501', '2.000', '0.601'])
  assert.equal(await page.locator('#cover-handle').getAttribute('aria-valuetext'), '0.601 seconds')
  assert.equal(await page.locator('#cover-time').inputValue(), '0:00.601')

  const sent = page.waitForRequest(/\/convert$/)
  const answered = page.waitForResponse(/\/convert$/)
  await page.locator('#make').focus()
  await page.keyboard.press('Enter')
  const form = new URLSearchParams((await sent).postData() ?? '')
  assert.deepEqual(
    ['range_start', 'range_end', 'cover_time', 'speed'].map(name => form.get(name)),
    ['0.501', '2', '0.601', '1'],
  )
  await page.waitForSelector('#result:not([hidden])')
  assert.equal((await answered).status(), 200)

  const bytes = await download(page, /^IMG_\w+_MP\.jpg$/)
  const parts = splitMotionPhoto(bytes)
  assert.ok(parts, 'what was downloaded is a motion photo')
  assert.equal(Math.round((parts.presentationUs ?? 0) / 1000), 100, 'the still is three frames behind the start')
  assert.deepEqual(await natural(page), { still: '320x180', clip: '320x180' })
  await plays(page)

  await page.goto(`${server.studioUrl}/health`)
  await until(async () => (await fetch(preview ?? '')).status === 404)
})

test('what is made is what was chosen: speed, format, size and sound', async t => {
  const page = await open(t)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  await page.getByRole('radio', { name: 'MP4' }).check()
  await page.locator('#speed').focus()
  await press(page, 'ArrowRight', 3)
  assert.equal(await page.locator('#speed').getAttribute('aria-valuetext'), '2×')
  assert.equal(await page.locator('#length-text').textContent(), '0:01.5')
  await page.locator('#sound').uncheck()
  await page.locator('#size').selectOption('720')
  assert.equal(await page.getByRole('radio', { name: 'Samsung' }).isDisabled(), true, 'a bare clip has no layout')
  const sent = page.waitForRequest(/\/convert$/)
  await page.locator('#make').click()
  const form = new URLSearchParams((await sent).postData() ?? '')
  assert.deepEqual(
    ['format', 'speed', 'mute', 'max_size', 'layout'].map(name => form.get(name)),
    ['mp4', '2', 'true', '720', null],
  )
  await page.waitForSelector('#result:not([hidden])')
  const bytes = await download(page, /^VID_\w+\.mp4$/)
  assert.equal(Buffer.from(bytes).toString('latin1', 4, 8), 'ftyp')
  await plays(page)
})

test('a picture of their own becomes the still, and goes away again', async t => {
  const page = await open(t)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  await page.setInputFiles('#picture', await makeClip(site.directory, { name: 'cover.png', size: '200x300' }))
  assert.equal(await page.locator('#picture-name').textContent(), 'cover.png')
  await page.locator('#make').click()
  await page.waitForSelector('#result:not([hidden])')
  assert.deepEqual(await natural(page), { still: '200x300', clip: '320x180' })
  await page.locator('#picture-away').click()
  await page.locator('#make').click()
  await until(async () => ((await natural(page)) as { still: string }).still === '320x180')
})

test('cancelling stops the work on the server, and the page goes on', async t => {
  const page = await open(t)
  const long = await makeClip(site.directory, { name: 'long.mp4', seconds: 20, size: '640x360', rate: 25 })
  await page.setInputFiles('#file', long)
  await page.waitForSelector('#editor:not([hidden])')
  await page.locator('#end-handle').press('End')
  await page.locator('#speed').press('Home')
  await page.locator('#make').click()
  await page.waitForSelector('#meter:not([hidden])')
  await until(async () => (await toolsIn(site.directory)).length > 0)
  await page.locator('#cancel').click()
  await until(async () => (await toolsIn(site.directory)).length === 0)
  await page.waitForSelector('#meter', { state: 'hidden' })
  assert.equal(await page.locator('#make').isEnabled(), true)
  assert.equal(await page.locator('#complaint').isVisible(), false, 'to cancel is no failure')
})

test('a file that is no clip is refused in words, and another can be chosen', async t => {
  const page = await open(t)
  await page.setInputFiles('#file', { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.alloc(5000, 'words ') })
  await page.waitForSelector('#file-note:not(:empty)')
  assert.match((await page.locator('#file-note').textContent()) ?? '', /not a video or a GIF .*Try an MP4/)
  assert.equal(await page.locator('#file').getAttribute('aria-invalid'), 'true')
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  assert.equal(await page.locator('#file-note').textContent(), '')
})

test('a server that wants a token is given one, and a wrong one is asked for again', async t => {
  const page = await open(t, {}, 'none')
  await page.setInputFiles('#file', clip)
  for (const token of ['a wrong token', TOKEN]) {
    await page.waitForSelector('#token:not([hidden])')
    const answered = page.waitForResponse(/\/health$/)
    await page.getByLabel('access token').fill(token)
    await page.keyboard.press('Enter')
    await answered
  }
  await page.waitForSelector('#editor:not([hidden])')
})

test('on a phone nothing is wider than the screen, thumbs find everything, and hands move the marks', async t => {
  const page = await open(t, PHONE)
  await checkPhone(page)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  const strip = await page.locator('#strip').boundingBox()
  const handle = await page.locator('#end-handle').boundingBox()
  assert.ok(strip && handle)
  const at = { x: strip.x + (strip.width * 3) / 5.37, y: handle.y + handle.height / 2 }
  await page.mouse.move(at.x, at.y)
  await page.mouse.down()
  await page.mouse.move(at.x + strip.width / 5.37, at.y, { steps: 4 })
  await page.mouse.up()
  const end = Number(await page.locator('#end-handle').getAttribute('aria-valuenow'))
  assert.ok(Math.abs(end - 4) < 0.05, `the end was moved to ${end}`)
  await page.locator('#make').tap()
  await page.waitForSelector('#result:not([hidden])')
  await checkPhone(page)
})

test('everything that can be used has a name, and nothing went wrong that nobody saw', async t => {
  const page = await open(t)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  await page.locator('#make').click()
  await page.waitForSelector('#result:not([hidden])')
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const controls = nodes.filter(({ role }) =>
    /^(?:button|slider|radio|checkbox|combobox|link|textbox)$/i.test(role?.value),
  )
  assert.ok(controls.length >= 15, `${controls.length} controls`)
  assert.deepEqual(
    controls.filter(({ name }) => !name?.value).map(({ role }) => role?.value),
    [],
  )
})

/** With a token unless there shall be `none`. */
async function open(
  t: TestContext,
  options: BrowserContextOptions = {},
  token: 'good' | 'none' = 'good',
): Promise<Page> {
  const page = await openPage(t, browser, options)
  if (token === 'good') await page.addInitScript(`sessionStorage.setItem('kinora.token', '${TOKEN}')`)
  await page.goto(`${server.studioUrl}/`)
  return page
}

async function press(page: Page, key: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await page.keyboard.press(key)
}

async function download(page: Page, name: RegExp): Promise<Uint8Array<ArrayBuffer>> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()])
  assert.match(file.suggestedFilename(), name)
  const path = join(site.directory, file.suggestedFilename())
  await file.saveAs(path)
  return new Uint8Array(await readFile(path))
}

/** The sizes that the browser found in what was made. */
async function natural(page: Page): Promise<unknown> {
  return await page.evaluate(`(async () => {
    const [still, clip] = [document.getElementById('still'), document.getElementById('clip')]
    await still.decode().catch(() => undefined)
    return { still: still.naturalWidth + 'x' + still.naturalHeight, clip: clip.videoWidth + 'x' + clip.videoHeight }
  })()`)
}

/** Pointed at, it moves. */
async function plays(page: Page): Promise<void> {
  await page.mouse.move(0, 0)
  await page.locator('#live').hover()
  await until(async () => (await page.evaluate<number>(`document.getElementById('clip').currentTime`)) > 0.1)
  assert.equal(await page.locator('#live').getAttribute('aria-pressed'), 'true')
}

async function checkPhone(page: Page): Promise<void> {
  const width = await page.evaluate('document.documentElement.scrollWidth')
  assert.equal(width, PHONE.viewport.width)
  const small =
    await page.evaluate(`[...document.querySelectorAll('button, a, select, [role=slider], label.button, .choices label')]
    .filter(one => one.checkVisibility())
    .map(one => [one.id || one.textContent, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([name, { width, height }]) => name + ': ' + width + 'x' + height)`)
  assert.deepEqual(small, [])
}
