// motion-page-files: what comes to the page by hand, by drop and by paste: clips, and photos that are finished already.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { CLIP, googlePhoto, heicPhoto, JPEG } from '../features/motion-photos/readers/samples.ts'
import { openBrowser, openPage } from '../fixtures/browser.ts'
import { until } from '../fixtures/children.ts'
import { makeClip } from '../fixtures/clips.ts'
import { openSite, type Site } from '../fixtures/site.ts'

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
const PHOTO = { name: 'IMG_1_MP.jpg', type: 'image/jpeg', bytes: googlePhoto() }

// The metadata stand behind it, and before everything else.
const JFIF_END = 20

let site: Site
let browser: Browser
let url: string
let clip: FileToSend

type FileToSend = { readonly name: string; readonly type: string; readonly bytes: Buffer }

before(async () => {
  site = await openSite()
  const [server, opened] = await Promise.all([site.start({ env: { KINORA_LIMIT_MOTION_ADDRESS: '0' } }), openBrowser()])
  browser = opened
  url = `${server.studioUrl}/`
  const path = await makeClip(site.directory, { name: 'holiday.mp4', seconds: 3, size: '320x180', rate: 25 })
  clip = { name: 'holiday.mp4', type: 'video/mp4', bytes: await readFile(path) }
})
after(async () => {
  await browser?.close()
  await site?.close()
})

for (const way of ['drop', 'paste'] as const)
  test(`a clip comes by ${way}, and another one in its place`, async t => {
    const page = await open(t)
    await send(page, way, clip)
    await page.waitForSelector('#editor:not([hidden])')
    const first = await page.locator('#stage').getAttribute('src')
    assert.equal(await page.locator('#end-handle').getAttribute('aria-valuenow'), '3.000')
    await send(page, way, clip)
    await until(async () => ![first, null].includes(await page.locator('#stage').getAttribute('src')))
    await page.waitForSelector('#editor:not([hidden])')
  })

test('while a file is held over the page, the page shows where it may be let go', async t => {
  const page = await open(t)
  const dropping = () => page.evaluate(`document.body.classList.contains('dropping')`)
  const pass = (event: string) =>
    page.evaluate(`document.body.dispatchEvent(new DragEvent('${event}', { bubbles: true, cancelable: true }))`)
  assert.equal(await pass('dragover'), false, 'the browser does not open the file by itself')
  assert.equal(await dropping(), true)
  await pass('dragleave')
  assert.equal(await dropping(), false)
})

test('text that is pasted or dropped is none of its business', async t => {
  const page = await open(t)
  await page.evaluate(`(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'words')
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }))
    document.dispatchEvent(new DragEvent('drop', { dataTransfer: clipboardData, bubbles: true, cancelable: true }))
  })()`)
  assert.deepEqual(await visible(page, '#start', '#meter', '#complaint'), [true, false, false])
})

test('a finished photo is looked into, and its still, which no longer moves, and its clip are taken away', async t => {
  const page = await open(t)
  await send(page, 'drop', PHOTO)
  await page.waitForSelector('#inspection:not([hidden])')
  assert.equal(await page.locator('#inspection-title').textContent(), 'A motion photo')
  assert.equal(await page.evaluate('document.activeElement.id'), 'inspection-title')
  assert.match(
    (await page.locator('#inspection-facts').textContent()) ?? '',
    /^IMG_1_MP\.jpg, .*96 × 64.*1\.0 s, h264, aac$/,
  )
  const readers = await page.locator('#inspection-readers li').evaluateAll(all => all.map(one => one.textContent))
  assert.equal(readers.length, 5)
  assert.ok(readers[0]?.endsWith('plays it'), readers[0])
  assert.ok(readers[3]?.endsWith('sees a still'), readers[3])
  const shown = `(async () => {
    const [still, clip] = [document.getElementById('photo-still'), document.getElementById('photo-clip')]
    await still.decode()
    return [still.naturalWidth, clip.videoWidth].join()
  })()`
  await until(async () => (await page.evaluate(shown)) === '96,96')
  const still = PHOTO.bytes.subarray(0, PHOTO.bytes.length - CLIP.length)
  // From the heading the keyboard comes to the clip's controls first, wherever the browser has them.
  await page.locator('#edit').focus()
  await page.keyboard.press('Tab')
  const [name, bytes] = await taken(page, () => page.keyboard.press('Enter'))
  assert.deepEqual([name, bytes.length], ['IMG_1.jpg', still.length])
  assert.equal(bytes.includes('MotionPhoto'), false)
  assert.deepEqual(bytes.subarray(JFIF_END - JPEG.length), JPEG.subarray(JFIF_END), 'the picture byte for byte')
  await page.keyboard.press('Tab')
  assert.deepEqual(await taken(page, () => page.keyboard.press('Space')), ['IMG_1.mp4', CLIP])
})

test('a HEIC that the browser cannot show is told of all the same', async t => {
  const page = await open(t)
  // Chromium knows no type for the name.
  await page.setInputFiles('#file', { name: 'a.heic', mimeType: '', buffer: heicPhoto() })
  await page.waitForSelector('#inspection:not([hidden])')
  assert.equal(await page.locator('#inspection-title').textContent(), 'A motion photo')
  await page.locator('#photo-still').waitFor({ state: 'hidden' })
  assert.deepEqual(await taken(page, () => page.locator('#take-clip').click()), ['a.mp4', CLIP])
})

test('a plain picture is told from one that moves, with advice, and a clip may follow', async t => {
  const page = await open(t)
  await send(page, 'paste', { name: 'plain.jpg', type: 'image/jpeg', bytes: JPEG })
  await page.waitForSelector('#inspection:not([hidden])')
  assert.equal(await page.locator('#inspection-title').textContent(), 'A picture that does not move')
  assert.match((await page.locator('#inspection-advice').textContent()) ?? '', /no video in this file/)
  assert.deepEqual(await visible(page, '#take-still', '#take-clip', '#photo-clip'), [false, false, false])
  await page.setInputFiles('#again input', { name: clip.name, mimeType: clip.type, buffer: clip.bytes })
  await page.waitForSelector('#editor:not([hidden])')
  assert.deepEqual(await visible(page, '#inspection', '#start'), [false, false])
})

test('what only looks like a photo is refused in words, and the page goes on', async t => {
  const page = await open(t)
  await send(page, 'drop', { name: 'no.jpg', type: 'image/jpeg', bytes: Buffer.from('no photo at all') })
  await page.waitForSelector('#file-note:not(:empty)')
  assert.match((await page.locator('#file-note').textContent()) ?? '', /Try a JPEG, HEIC or AVIF/)
  assert.deepEqual(await visible(page, '#start', '#inspection'), [true, false])
})

test('on a phone what was found fits the screen, and thumbs find the buttons', async t => {
  const page = await open(t, PHONE)
  await send(page, 'drop', { ...PHOTO, name: `${'a_long_name_'.repeat(12)}MP.jpg` })
  await page.waitForSelector('#inspection:not([hidden])')
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.viewport.width)
  for (const id of ['#edit', '#repair', '#take-still', '#take-clip']) {
    const box = await page.locator(id).boundingBox()
    assert.ok(box && box.width >= 44 && box.height >= 44, id)
  }
})

test('while it is made, the meter shows how far it is, and never goes back', async t => {
  const page = await open(t)
  const long = await makeClip(site.directory, { name: 'long.mp4', seconds: 8, size: '640x360', rate: 25 })
  await page.setInputFiles('#file', long)
  await page.waitForSelector('#editor:not([hidden])')
  await page.locator('#end-handle').press('End')
  await page.evaluate(`(() => {
    globalThis.seen = []
    const [bar, words] = [document.getElementById('meter-bar'), document.getElementById('meter-words')]
    new MutationObserver(() => /^Making it: /.test(words.textContent) && seen.push([bar.value, words.textContent]))
      .observe(words, { childList: true })
  })()`)
  await page.locator('#make').click()
  await page.waitForSelector('#result:not([hidden])')
  const seen = (await page.evaluate('seen')) as [number, string][]
  const values = seen.map(([value]) => value)
  // A fast machine is through before there is more to tell.
  assert.ok(
    values.some(value => value > 0 && value < 100),
    JSON.stringify(seen),
  )
  assert.deepEqual(
    values,
    values.toSorted((one, other) => one - other),
  )
  assert.ok(seen.every(([value, words]) => words === `Making it: ${Math.floor(value)} %`))
})

async function open(t: TestContext, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await openPage(t, browser, options)
  await page.goto(url)
  return page
}

/** As a browser tells a page of a file that was let go over it, or was in the clipboard. */
async function send(page: Page, way: 'drop' | 'paste', { name, type, bytes }: FileToSend): Promise<void> {
  const prevented = await page.evaluate(`(() => {
    const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), one => one.charCodeAt(0))
    const files = new DataTransfer()
    files.items.add(new File([bytes], '${name}', { type: '${type}' }))
    const common = { bubbles: true, cancelable: true }
    const event = '${way}' === 'drop'
      ? new DragEvent('drop', { ...common, dataTransfer: files })
      : new ClipboardEvent('paste', { ...common, clipboardData: files })
    return !document.body.dispatchEvent(event)
  })()`)
  if (way === 'drop') assert.equal(prevented, true, 'the browser does not open the file by itself')
}

async function taken(page: Page, act: () => Promise<void>): Promise<[name: string, bytes: Buffer]> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()])
  return [file.suggestedFilename(), await readFile(await file.path())]
}

async function visible(page: Page, ...selectors: string[]): Promise<boolean[]> {
  return await Promise.all(selectors.map(selector => page.locator(selector).isVisible()))
}
