// motion-page-timeline: the still, the times and the timeline of the page, in Chromium: every single frame can be chosen.
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, openPage } from '../fixtures/browser.ts'
import { until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { openSite, type Site } from '../fixtures/site.ts'

let site: Site
let browser: Browser
let url: string
let clip: string

before(async () => {
  site = await openSite()
  const [server, opened] = await Promise.all([site.start({ env: { KINORA_LIMIT_MOTION_ADDRESS: '0' } }), openBrowser()])
  browser = opened
  url = `${server.studioUrl}/`
  clip = await makeClip(site.directory, { name: 'holiday.mp4', seconds: 5.37, size: '160x90', rate: '30000/1001' })
})
after(async () => {
  await browser?.close()
  await site?.close()
})

test('the still is seen beside its handle at all times, and is the very frame that was chosen', async t => {
  const page = await open(t)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  const shots = new Set<string>()
  await page.locator('#cover-handle').focus()
  for (const key of ['Home', 'Shift+ArrowRight', 'End']) {
    const before = await shotOf(page)
    await page.keyboard.press(key)
    await until(async () => (await shotOf(page)) !== before)
    shots.add(await shotOf(page))
    const [handle, shot] = await Promise.all(['#cover-handle', '#still-shot'].map(id => page.locator(id).boundingBox()))
    assert.ok(handle && shot && shot.width > 90)
    const gapPx = Math.max(shot.x - handle.x - handle.width, handle.x - shot.x - shot.width)
    assert.ok(gapPx > -4 && gapPx < 30, `${gapPx} px between the handle and the picture`)
  }
  assert.equal(shots.size, 3)
  const kept = await shotOf(page)
  await page.locator('#speed').focus()
  assert.equal(await shotOf(page), kept, 'also when the handle is let go')
  await page.setInputFiles('#picture', await makeClip(site.directory, { name: 'own.png', size: '90x90' }))
  await until(async () => (await shotOf(page)) !== kept)
  await page.locator('#picture-away').click()
  await until(async () => (await shotOf(page)) === kept)
})

test('times are typed, and what is none is said below its field', async t => {
  const page = await open(t)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  const type = async (field: string, written: string) => {
    await page.locator(field).fill(written)
    await page.keyboard.press('Enter')
  }
  await type('#end-time', '4,5')
  await type('#start-time', '0:01.25')
  await type('#cover-time', '2.002')
  const times = async () =>
    await Promise.all(['#start-time', '#cover-time', '#end-time'].map(id => page.locator(id).inputValue()))
  assert.deepEqual(await times(), ['0:01.25', '0:02.002', '0:04.5'])
  await type('#end-time', '0:07')
  // Versions of ffmpeg and browsers round the length to milliseconds in their own ways.
  assert.match((await page.locator('#end-time-note').textContent()) ?? '', /^The clip is 0:05\.37[23] long$/)
  assert.equal(await page.locator('#end-time').getAttribute('aria-invalid'), 'true')
  await type('#end-time', 'soon')
  assert.equal(await page.locator('#end-time-note').textContent(), 'Write a time such as 1.5 or 0:01.5')
  await type('#end-time', '5')
  assert.equal(await page.locator('#end-time-note').textContent(), '')
  assert.equal(await page.locator('#end-handle').getAttribute('aria-valuenow'), '5.000')
})

test('of ten minutes every single frame can be chosen', async t => {
  const page = await open(t)
  const long = { seconds: 600, size: '64x36', rate: '30000/1001', audio: false, extra: ['-preset', 'ultrafast'] }
  await page.setInputFiles('#file', await makeClip(site.directory, { name: 'long.mp4', ...long }))
  await page.waitForSelector('#editor:not([hidden])', { timeout: 120_000 })
  assert.equal(await page.locator('#view-text').textContent(), '0:00.0 to 0:15.0 of 10:00.0')
  await page.locator('#cover-time').fill('5:12.345')
  await page.keyboard.press('Enter')
  await page.locator('#zoom-all').click()
  assert.equal(await page.locator('#view-text').textContent(), 'Whole clip')
  const strip = await page.locator('#strip').boundingBox()
  assert.ok(strip)
  await page.mouse.move(strip.x + (strip.width * 312.345) / 600, strip.y + 30)
  for (let turn = 0; turn < 8; turn += 1) await page.mouse.wheel(0, -240)
  await page.waitForFunction(`/^5:1\\d/.test(document.getElementById('view-text').textContent)`)
  while (await page.locator('#zoom-in').isEnabled()) await page.locator('#zoom-in').click()
  const x = async () => (await page.locator('#cover-handle').boundingBox())?.x ?? 0
  const before = await x()
  await page.locator('#cover-handle').press('ArrowRight')
  // The frame before begins at 312.312, and each lasts 1001/30000 s.
  assert.equal(await page.locator('#cover-time').inputValue(), '5:12.346')
  await page.locator('#cover-handle').press('ArrowRight')
  assert.equal(await page.locator('#cover-time').inputValue(), '5:12.379')
  assert.ok((await x()) - before > 20, 'a frame has room for a finger')
  await page.locator('#pan').press('Home')
  assert.match((await page.locator('#view-text').textContent()) ?? '', /^0:00\.0 to/)
  await page.locator('#cover-handle').press('ArrowLeft')
  assert.match((await page.locator('#view-text').textContent()) ?? '', /^5:1/, 'what has the focus comes into sight')
})

async function open(t: TestContext): Promise<Page> {
  const page = await openPage(t, browser)
  await page.goto(url)
  return page
}

/** The picture beside the handle, as it is drawn. */
async function shotOf(page: Page): Promise<string> {
  return await page.evaluate(`document.getElementById('still-shot').toDataURL()`)
}
