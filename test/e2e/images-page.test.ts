// images-page: a person has pictures made in Chromium, with the page and the service as they are.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { openBrowser, openPage } from '../fixtures/browser.ts'
import { until } from '../fixtures/children.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

let site: Site
let server: Server
let browser: Browser
before(async () => {
  site = await openSite()
  const unlimited = { KINORA_LIMIT_IMAGES_CREATE: '0', KINORA_LIMIT_IMAGES_STATUS: '0' }
  ;[server, browser] = await Promise.all([site.start({ env: unlimited }), openBrowser()])
})
after(async () => {
  await browser?.close()
  await site?.close()
})

test('a prompt becomes a picture that is looked at and saved, by keyboard alone, and is there after a reload', async t => {
  const page = await open(t)
  await page.keyboard.type('a lighthouse at dusk')
  await page.getByRole('radio', { name: '16:9' }).check()
  await size(page, 320, 180)
  await watchTiles(page)
  await page.locator('#prompt').focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('.picture img.there')
  const [placeholder, tile] = await page.evaluate<string[]>('watched')
  assert.match(placeholder ?? '', /^tile job at \d/)
  assert.equal(tile, placeholder?.replace(' job', ''), 'nothing has moved')

  await page.locator('.picture').focus()
  await page.keyboard.press('Enter')
  await page.waitForSelector('#viewer[open]')
  assert.equal(await page.locator('#viewer-prompt').textContent(), 'a lighthouse at dusk')
  await page.getByText(/procedural, a program that paints, no model/).waitFor()
  assert.match((await page.locator('#viewer-facts').textContent()) ?? '', /Size320 × 180, \d+ kB/)
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('#viewer-download').press('Enter')])
  assert.match(file.suggestedFilename(), /^kinora-\w+\.png$/)
  const path = join(site.directory, file.suggestedFilename())
  await file.saveAs(path)
  const { width, height, format } = await sharp(await readFile(path)).metadata()
  assert.deepEqual({ width, height, format }, { width: 320, height: 180, format: 'png' })
  const manifest = await fetch((await page.locator('#viewer-provenance').getAttribute('href')) ?? '')
  assert.equal(manifest.status, 200)
  await page.keyboard.press('Escape')
  assert.equal(await page.locator('#viewer').isVisible(), false)
  assert.equal(await page.evaluate('document.activeElement.className'), 'picture', 'the focus is where it was')

  await page.reload()
  await page.waitForSelector('.picture img.there')
  assert.equal(await page.locator('#prompt').inputValue(), 'a lighthouse at dusk')
  assert.equal(await page.locator('#width').inputValue(), '320')
})

test('arrow keys go through the pictures; another seed makes another one; deleting asks twice', async t => {
  const page = await open(t, { permissions: ['clipboard-read', 'clipboard-write'] })
  await size(page, 128, 128)
  await page.getByRole('radio', { name: '2', exact: true }).check()
  await page.locator('#seed').fill('77')
  await page.locator('#prompt').fill('an owl')
  const before = await page.locator('.picture').count()
  await page.locator('#make').click()
  await until(async () => (await page.locator('.picture').count()) === before + 2)

  await page.locator('.picture').first().click()
  await page.getByText('77, picture 1 of 2').waitFor()
  const first = await picture(page)
  await page.keyboard.press('ArrowRight')
  await page.getByText('78, picture 2 of 2').waitFor()
  assert.notEqual(await picture(page), first)
  await page.keyboard.press('ArrowLeft')
  await until(async () => (await picture(page)) === first)
  await page.locator('#viewer-copy-seed').click()
  await page.getByText('Copied').first().waitFor()
  assert.equal(await page.evaluate('navigator.clipboard.readText()'), '77')

  await page.locator('#viewer-again').click()
  await until(async () => (await page.locator('.picture').count()) === before + 4)
  const [newest] = (await ask<{ jobs: { id: string }[] }>('jobs?per_page=1')).jobs
  const again = await ask<{ seed: number; prompt: string }>(`jobs/status/${newest?.id}`)
  assert.equal(again.prompt, 'an owl')
  assert.notEqual(again.seed, 77)

  await page.locator('.picture').first().click()
  const doomed = await picture(page)
  await page.locator('#viewer-delete').click()
  assert.equal((await fetch(doomed)).status, 200, 'once is not enough')
  await page.getByRole('button', { name: 'Really delete' }).click()
  await until(async () => (await picture(page)) !== doomed)
  assert.equal((await fetch(doomed)).status, 404)
  assert.equal(await page.locator('.picture').count(), before + 3)
})

test('progress is seen, and cancelling stops the job, also one that an earlier visit began', async t => {
  const page = await open(t)
  await size(page, 2048, 2048)
  await page.getByRole('radio', { name: '4', exact: true }).check()
  await page.locator('#prompt').fill('a city in the rain')
  await page.locator('#make').click()
  await page.waitForSelector('.job progress[value]')
  await page.reload()
  await page.locator('.job', { hasText: 'a city in the rain' }).waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.waitForSelector('.job', { state: 'detached' })
  assert.equal((await ask<{ total: number }>('jobs?status=cancelled')).total, 1)
})

test('what is wrong is said where it is, in the words of the service', async t => {
  const page = await open(t)
  await page.locator('#make').click()
  assert.deepEqual(await page.locator('.fault').allTextContents(), ['Write what the picture is to show'])
  await page.locator('#prompt').fill('an owl')
  await size(page, 5000, 10)
  await page.locator('#make').click()
  await page.waitForSelector('#width-note.fault')
  assert.deepEqual(await page.locator('.fault').allTextContents(), [
    'Input should be less than or equal to 2048',
    'Input should be greater than or equal to 128',
  ])
})

test('a new picture comes into sight, no larger than it is, and says when the form has changed since', async t => {
  const page = await open(t, { viewport: { width: 900, height: 640 } })
  await size(page, 160, 128)
  await page.locator('#prompt').fill('a bay')
  const before = await page.locator('.picture').count()
  await page.locator('#make').click()
  await until(async () => (await page.locator('.picture').count()) > before)
  const tile = page.locator('.tile').first()
  await until(async () => {
    const box = await tile.boundingBox()
    return box !== null && box.y >= 0 && box.y + box.height <= 641
  })
  const fit = (id: string) => page.evaluate(`getComputedStyle(document.querySelector('${id}')).objectFit`)
  assert.deepEqual([await fit('.picture img'), await fit('#viewer-picture')], ['scale-down', 'scale-down'])
  assert.equal(await tile.locator('.age').textContent(), 'New')
  await page.locator('#prompt').fill('a bay at night')
  assert.equal(await tile.locator('.age').textContent(), 'Before your changes')
})

test('on a phone nothing is wider than the screen, and thumbs find everything', async t => {
  const page = await open(t, PHONE)
  await page.locator('summary').tap()
  await checkPhone(page)
  await size(page, 256, 128)
  await page.locator('#prompt').fill('waves')
  const before = await page.locator('.picture').count()
  await page.locator('#make').tap()
  await until(async () => (await page.locator('.picture').count()) > before)
  await page.locator('.picture').first().tap()
  await page.waitForSelector('#viewer[open]')
  await checkPhone(page)
})

test('everything that can be used has a name', async t => {
  const page = await open(t)
  await page.locator('summary').click()
  const session = await page.context().newCDPSession(page)
  const { nodes } = await session.send('Accessibility.getFullAXTree')
  const controls = nodes.filter(({ role }) =>
    /^(?:button|slider|radio|checkbox|combobox|link|textbox|spinbutton|progressbar)$/i.test(role?.value),
  )
  assert.ok(controls.length >= 20, `${controls.length} controls`)
  assert.deepEqual(
    controls.filter(({ name }) => !name?.value).map(({ role }) => role?.value),
    [],
  )
})

async function open(t: TestContext, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await openPage(t, browser, options)
  await page.goto(`${server.studioUrl}/images`)
  await page.waitForSelector('#model-kind:not(:empty)')
  await page.waitForSelector('.tile, #empty:not([hidden])')
  return page
}

async function size(page: Page, widthPx: number, heightPx: number): Promise<void> {
  await page.evaluate(`document.getElementById('more').open = true`)
  await page.locator('#width').fill(String(widthPx))
  await page.locator('#height').fill(String(heightPx))
}

/** Writes down where the first tile is on the page, which may scroll to it, whenever there is another one. */
async function watchTiles(page: Page): Promise<void> {
  await page.evaluate(`
    watched = []
    new MutationObserver(() => {
      const tile = document.querySelector('.tile')
      const { x, y, width, height } = tile.getBoundingClientRect()
      watched.push(tile.className + ' at ' + [x, y + scrollY, width, height].map(Math.round).join())
    }).observe(document.getElementById('gallery'), { childList: true })`)
}

/** The address of the picture that the viewer shows. */
async function picture(page: Page): Promise<string> {
  return (await page.locator('#viewer-picture').getAttribute('src')) ?? ''
}

async function ask<Answer>(path: string): Promise<Answer> {
  return (await (await fetch(`${server.studioUrl}/api/v1/${path}`)).json()) as Answer
}

async function checkPhone(page: Page): Promise<void> {
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), PHONE.viewport.width)
  const small = await page.evaluate(`[...document.querySelectorAll('button, a, select, summary, input, textarea')]
    .filter(one => one.checkVisibility())
    .map(one => [one.id || one.textContent || one.name, (one.type === 'checkbox' ? one.parentElement : one).getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 44 || height < 44)
    .map(([name, { width, height }]) => name + ': ' + width + 'x' + height)`)
  assert.deepEqual(small, [])
}
