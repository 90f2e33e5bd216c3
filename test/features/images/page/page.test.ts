// page: what people see of refusals, broken streams, other models and long galleries, in Chromium.
import assert from 'node:assert/strict'
import { after, before, type TestContext, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { Created, Job, ListedJob } from '../../../../src/features/images/page/browser/answers.ts'
import { openBrowser, openPage } from '../../../fixtures/browser.ts'
import { until } from '../../../fixtures/children.ts'
import { openScripted, PAINTER, type Script, SHAPED } from './scripted.ts'

let browser: Browser
before(async () => {
  browser = await openBrowser()
})
after(() => browser?.close())

const CREATED: Created = { id: uuid(1), created_at: '2026-01-01T00:00:00.000Z', estimated_completion_time: 3 }
const JOB: Job = {
  ...{ id: uuid(1), status: 'completed', prompt: 'an owl', parameters: { seed: 7 }, progress: 100 },
  ...{ error_message: null, created_at: CREATED.created_at, duration_seconds: 1.5 },
  media: [{ id: uuid(9), width: 1344, height: 768 }],
  ...{ model: 'painter', provider: 'Easel', seed: 7 },
}

test('what a model cannot do is disabled and says why; what is no model is not called one', async t => {
  const { page } = await open(t, { models: [PAINTER, SHAPED] })
  const reason = (name: string) => page.locator(`#${name}-note`).textContent()
  await page.waitForSelector('#model-field:not([hidden])')
  await page.locator('summary').click()
  assert.match((await page.locator('#model-kind').textContent()) ?? '', /painter: a program that paints, no model/)
  assert.deepEqual(
    [await page.locator('#negative_prompt').isDisabled(), await reason('negative_prompt')],
    [true, 'This model takes no negative prompt'],
  )
  assert.equal(await reason('output_quality'), 'A PNG loses nothing')
  await page.getByRole('radio', { name: 'JPEG' }).check()
  assert.equal(await page.locator('#output_quality').isEnabled(), true)

  await page.locator('#model').selectOption('owner/shaped')
  assert.match((await page.locator('#model-kind').textContent()) ?? '', /a trained model/)
  assert.equal(await page.locator('#negative_prompt').isEnabled(), true)
  assert.equal(await reason('num_inference_steps'), '1 to 50, usually 4')
  for (const name of ['seed', 'width', 'height']) assert.equal(await page.locator(`#${name}`).isDisabled(), true, name)
  assert.equal(await reason('aspect_ratio'), 'Shapes of this model: 16:9')
  assert.equal(await page.getByRole('radio', { name: '16:9' }).isChecked(), true, 'it took the place of one it has not')
  assert.equal(await page.getByRole('radio', { name: '1:1' }).isDisabled(), true)
  assert.equal(await page.getByRole('radio', { name: '2', exact: true }).isDisabled(), true)
})

test('everything that is wrong stands at its field, and the fold opens for it', async t => {
  const detail = [
    { type: 'string_too_short', loc: ['body', 'prompt'], msg: 'String should have at least 1 character', input: '' },
    { type: 'less_equal', loc: ['body', 'parameters', 'width'], msg: 'Input should be less than or equal to 2048' },
    { type: 'value_error', loc: ['body', 'webhook_url'], msg: 'Value error, not this one' },
  ]
  const { page } = await open(t, { created: [{ status: 422, body: { detail } }, CREATED], statuses: [JOB] })
  await page.locator('#prompt').fill('-')
  await page.locator('#prompt').press('Enter')
  await page.waitForSelector('#width-note.fault')
  assert.equal(await page.locator('#width-note').textContent(), 'Input should be less than or equal to 2048')
  assert.equal(await page.locator('#prompt-note').textContent(), 'String should have at least 1 character')
  assert.equal(await page.locator('#width').isVisible(), true)
  assert.equal(await page.evaluate('document.activeElement.id'), 'prompt')
  assert.equal(await page.locator('[aria-invalid]').count(), 2)
  assert.match((await page.locator('[role=alert]').textContent()) ?? '', /webhook_url: .*not this one/)
  await page.locator('#prompt').fill('an owl')
  await page.locator('#prompt').press('Control+Enter')
  await page.waitForSelector('.picture')
  assert.equal(await page.locator('[aria-invalid], .fault').count(), 0)
  assert.equal(await page.locator('[role=alert]').isVisible(), false)
})

test('who asks too often is told when to try again, and cannot before', async t => {
  const refused = { status: 429, body: { detail: 'Too many requests' }, headers: { 'retry-after': '30' } }
  const { page, server } = await open(t, { created: [refused, CREATED], statuses: [JOB] })
  await page.clock.install()
  await page.reload()
  await page.locator('#prompt').fill('an owl')
  await page.locator('#make').click()
  await page.getByText('Try again in 30 s').waitFor()
  assert.match((await page.locator('#make').textContent()) ?? '', /^Again in (?:2\d|30) s$/)
  await page.locator('#prompt').press('Enter')
  assert.equal(server.asked('jobs/generate').length, 1)
  await page.clock.runFor(31_000)
  await page.locator('#make:enabled').click()
  await page.waitForSelector('.picture')
  assert.equal(await page.locator('[role=alert]').isVisible(), false)
})

test('when the stream breaks off the page asks, and waits as long as it is told to', async t => {
  const busy = { status: 429, body: { detail: 'Too many requests' }, headers: { 'retry-after': '4' } }
  const news = [{ status: 'processing', progress: 40 }] as const
  const { page, server } = await open(t, { created: [CREATED], news, statuses: [busy, JOB] })
  await page.locator('#prompt').fill('an owl')
  await page.locator('#prompt').press('Enter')
  await page.getByText('40 %').waitFor()
  assert.equal(await page.getByRole('progressbar').getAttribute('value'), '40')
  await page.waitForSelector('.picture')
  const [first, second] = server.asked('jobs/status/').map(({ atMs }) => atMs)
  assert.ok((second ?? 0) - (first ?? 0) >= 3900, `it waited ${(second ?? 0) - (first ?? 0)} ms`)
  await until(async () => (await page.locator('#status').textContent()) === 'Your picture is ready')
})

test('what is done otherwise is said at once; a failure has the words of whoever failed, and another try', async t => {
  const warnings = [{ loc: ['body', 'parameters', 'num_outputs'], msg: 'This model makes at most 1 at once' }]
  const failed: Job = { ...JOB, status: 'failed', media: null, error_message: 'Replicate API error: Model not found' }
  const script: Script = { created: [{ ...CREATED, warnings }, CREATED], statuses: [failed] }
  const { page, server } = await open(t, script)
  await page.locator('#prompt').fill('an owl')
  await page.locator('#prompt').press('Enter')
  await page.getByText('Pictures: This model makes at most 1 at once').waitFor()
  await page.getByText('Replicate API error: Model not found').waitFor()
  script.statuses = [JOB]
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.waitForSelector('.picture')
  assert.equal(await page.locator('.job').count(), 0)
  assert.equal(server.asked('jobs/generate').length, 2)
})

test('older pictures come page by page, none of them twice', async t => {
  const pages = [
    [listed(1), listed(2)],
    [listed(2), listed(3)],
  ]
  const { page } = await open(t, { pages })
  await page.locator('#older').click()
  await until(async () => (await page.locator('.picture').count()) === 3)
  assert.equal(await page.locator('#older').isVisible(), false)
  const names = await page.locator('.picture img').evaluateAll(all => all.map(one => one.getAttribute('alt')))
  assert.deepEqual(names, ['picture 1', 'picture 2', 'picture 3'])
})

test('a service that wants a token is given one, once for everything that waits', async t => {
  const { page, server } = await open(t, { token: 'the good one', pages: [[listed(1)]] })
  for (const token of ['a wrong one', 'the good one']) {
    await page.waitForSelector('#token:not([hidden])')
    const before = server.asked('').length
    await page.getByLabel('access token').fill(token)
    await page.keyboard.press('Enter')
    await until(async () => server.asked('').length > before)
  }
  await page.waitForSelector('.picture')
  assert.equal(await page.locator('#token').isVisible(), false)
})

test('a browser that keeps nothing is fine, and one that does brings back what was written', async t => {
  const { page } = await open(t, {})
  await page.locator('#prompt').fill('an owl in the rain')
  await page.getByRole('radio', { name: '16:9' }).check()
  await page.reload()
  assert.equal(await page.locator('#prompt').inputValue(), 'an owl in the rain')
  assert.equal(await page.getByRole('radio', { name: '16:9' }).isChecked(), true)
  await page
    .context()
    .addInitScript(`Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })`)
  await page.reload()
  await page.locator('#prompt').fill('an owl')
  await page.getByText('painter: a program').waitFor()
})

async function open(t: TestContext, script: Script) {
  const server = await openScripted(script)
  const page = await openPage(t, browser)
  t.after(() => server[Symbol.asyncDispose]())
  await page.goto(server.url)
  if (script.token === undefined) await page.waitForSelector('#model-kind:not(:empty)')
  return { page, server }
}

function listed(number: number): ListedJob {
  const media = [{ id: uuid(100 + number), width: 1024, height: 512 }]
  return { id: uuid(number), status: 'completed', prompt: `picture ${number}`, created_at: CREATED.created_at, media }
}

function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}
