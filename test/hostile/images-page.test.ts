// images-page: a prompt is text on the page, whatever it looks like.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../fixtures/browser.ts'
import { imageJobs } from '../fixtures/image-client.ts'
import type { Server } from '../fixtures/server.ts'
import { openSite, type Site } from '../fixtures/site.ts'

const PROMPT =
  '"><img src=x onerror="window.hacked=1"><svg onload="window.hacked=1">{{7*7}}</script><script>window.hacked=1'

let site: Site
let server: Server
let browser: Browser
before(async () => {
  site = await openSite()
  ;[server, browser] = await Promise.all([site.start(), openBrowser()])
})
after(async () => {
  await browser?.close()
  await site?.close()
})

test('a prompt that is a page is shown as it was written, in the gallery and beside its picture, and runs nowhere', async () => {
  const { create, ended } = imageJobs(server)
  const parameters = { width: 128, height: 128, negative_prompt: PROMPT }
  const { id } = await create({ prompt: PROMPT, parameters, metadata: { note: PROMPT } })
  assert.equal((await ended(id)).status, 'completed')
  const page = await browser.newPage()
  await page.goto(`${server.studioUrl}/images`)
  await page.waitForSelector('.picture img.there')
  assert.equal(await page.locator('.picture img').getAttribute('alt'), PROMPT)
  await page.locator('.picture').click()
  await page.waitForSelector('#viewer[open]')
  assert.equal(await page.locator('#viewer-prompt').textContent(), PROMPT)
  await page
    .locator('#viewer')
    .getByText(/a program that paints/)
    .waitFor()
  assert.equal(await page.evaluate('document.querySelectorAll("img[onerror], svg[onload]").length'), 0)
  assert.equal(await page.evaluate('window.hacked'), undefined)
  await page.close()
})
