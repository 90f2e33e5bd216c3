// motion-page-again: what was made becomes old, what was finished is edited and repaired, and what is refused says why.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import { splitMotionPhoto } from '../../sdk/index.ts'
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
  url = server.studioUrl
  clip = await makeClip(site.directory, { name: 'holiday.mp4', seconds: 2.37, size: '160x90', rate: '30000/1001' })
})
after(async () => {
  await browser?.close()
  await site?.close()
})

test('what is made comes into sight, and is marked as old as soon as something else is chosen', async t => {
  const page = await edit(t)
  await page.setViewportSize({ width: 900, height: 520 })
  await page.locator('#make').click()
  await until(async () => (await page.evaluate('document.activeElement.id')) === 'result-title')
  await until(async () => inSight(page, '#result-title'))
  const isOld = () => page.locator('#result-old').isVisible()
  assert.equal(await isOld(), false)
  await page.locator('#sound').uncheck()
  assert.equal(await isOld(), true)
  await page.locator('#sound').check()
  assert.equal(await isOld(), false, 'it is what would be made again')
  await page.locator('#cover-handle').press('ArrowRight')
  assert.equal(await isOld(), true)
  await page.locator('#make').click()
  await until(async () => !(await isOld()))
})

test('what the service refuses is said in its words, beside the field that it is about', async t => {
  const page = await edit(t)
  const refusals: readonly [detail: string, code: string, field: string, words: string][] = [
    ['cover_time must be within the range', 'INVALID_TIME_RANGE', 'cover-time', 'The still must be within the range.'],
    ['The range is outside the clip', 'INVALID_TIME_RANGE', 'end-time', 'The range is outside the clip.'],
    ['max_size must be a whole number', 'INVALID_PARAMETER', 'size', 'The size must be a whole number.'],
  ]
  for (const [detail, error_code, field, words] of refusals) {
    const answer = { status: 422, json: { detail, error_code, timestamp: '' } }
    await page.route('**/convert', route => route.fulfill(answer), { times: 1 })
    await page.locator('#make').click()
    await page.waitForSelector(`#${field}-note:not(:empty)`)
    assert.equal(await page.locator(`#${field}-note`).textContent(), words)
    assert.equal(await page.evaluate('document.activeElement.id'), field)
  }
  await page.setInputFiles('#picture', { name: 'no.png', mimeType: 'image/png', buffer: Buffer.from('no picture') })
  await page.locator('#make').click()
  await page.waitForSelector('#picture-note:not(:empty)')
  assert.match((await page.locator('#picture-note').textContent()) ?? '', /picture .*Try another picture/)
  assert.equal(await page.locator('#complaint').isVisible(), false)
})

test('a photo that few play is repaired: the same still, and a clip that all readers find', async t => {
  const { bytes, still } = await brokenPhoto(t)
  const page = await open(t)
  await look(page, bytes)
  assert.ok((await works(page)) < 5)
  await page.locator('#repair').click()
  await page.waitForSelector('#result:not([hidden])')
  assert.equal(await page.locator('#result-title').textContent(), 'Repaired')
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()])
  assert.equal(file.suggestedFilename(), 'broken_MP.jpg')
  const repaired = await readFile(await file.path())
  const { width, height } = await sharp(repaired).metadata()
  assert.deepEqual({ width, height }, still)
  await look(page, repaired)
  assert.equal(await works(page), 5)
  assert.equal(await page.locator('#repair').isVisible(), false)
})

test('a finished photo is edited: its own still is kept until another moment is chosen', async t => {
  const { bytes } = await brokenPhoto(t)
  const page = await open(t)
  await look(page, bytes)
  await page.locator('#edit').click()
  await page.waitForSelector('#editor:not([hidden])')
  await until(async () => (await page.locator('#picture-name').textContent()) === 'Still of broken.jpg')
  await page.locator('#end-handle').press('ArrowLeft')
  assert.equal(await page.locator('#picture-away').isVisible(), true)
  await page.locator('#cover-handle').press('ArrowRight')
  assert.equal(await page.locator('#picture-away').isVisible(), false)
  await page.locator('#make').click()
  await page.waitForSelector('#result:not([hidden])')
})

test('the two pages lead to each other', async t => {
  const page = await open(t)
  await page.getByRole('link', { name: 'Images' }).click()
  await page.waitForURL(`${url}/images`)
  await page.getByRole('link', { name: 'Motion photo' }).click()
  await page.waitForURL(`${url}/`)
})

async function open(t: TestContext): Promise<Page> {
  const page = await openPage(t, browser)
  await page.goto(`${url}/`)
  return page
}

async function edit(t: TestContext): Promise<Page> {
  const page = await open(t)
  await page.setInputFiles('#file', clip)
  await page.waitForSelector('#editor:not([hidden])')
  return page
}

async function look(page: Page, bytes: Buffer): Promise<void> {
  await page.setInputFiles('#file', { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: bytes })
  await page.waitForSelector('#inspection:not([hidden])')
}

/** A still of its own size with a clip behind it, of which nothing tells. */
async function brokenPhoto(t: TestContext) {
  const page = await edit(t)
  await page.setInputFiles('#picture', await makeClip(site.directory, { name: 'own.png', size: '240x134' }))
  await page.locator('#make').click()
  await page.waitForSelector('#result:not([hidden])')
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#download').click()])
  const bytes = await readFile(await file.path())
  assert.ok(splitMotionPhoto(new Uint8Array(bytes)))
  return { bytes: Buffer.concat([bytes, Buffer.alloc(777)]), still: { width: 240, height: 134 } }
}

/** How many kinds of readers play it. */
async function works(page: Page): Promise<number> {
  return await page.locator('#inspection-readers .works').count()
}

async function inSight(page: Page, selector: string): Promise<boolean> {
  const box = await page.locator(selector).boundingBox()
  return box !== null && box.y >= 0 && box.y + box.height <= (page.viewportSize()?.height ?? 0)
}
