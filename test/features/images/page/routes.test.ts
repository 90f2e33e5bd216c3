// routes: the page at /images, wherever its listener's prefix puts it, and no file more than it uses.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import { dialect } from '../../../../src/features/images/errors.ts'
import { imagesPageRoutes } from '../../../../src/features/images/page/routes.ts'
import { type Api, openServer } from '../../../../src/web/server.ts'

test('the page and everything that it and its scripts name is there', async t => {
  const api = await open(t)
  const page = await api.inject({ url: '/images' })
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  assert.doesNotMatch(page.body, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|https?:/)
  const left = new Set(namesIn('/images', page.body))
  for (const path of left) {
    const file = await api.inject({ url: path })
    assert.equal(file.statusCode, 200, path)
    if (path.endsWith('.ts')) for (const name of namesIn(path, file.body)) left.add(name)
  }
  const names = [...left].map(path => path.replace(/^\/images\/page\/[^/]+\//, ''))
  assert.ok(names.includes('web/token.ts') && names.includes('viewer.ts'), names.join())
  assert.deepEqual(
    names.filter(name => name.startsWith('sdk/')),
    ['sdk/events.ts'],
    'of the client nothing but what is used',
  )
})

test('the page calls nothing but its own server, and shows nothing from elsewhere', async t => {
  const policy = String((await (await open(t)).inject({ url: '/images' })).headers['content-security-policy'])
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' blob:;/)
  assert.doesNotMatch(policy, /unsafe|media-src|\*/)
})

test('with a slash at its end the address leads to the page, also below a prefix', async t => {
  const door = {
    dialect,
    routes: async (api: Api) =>
      void (await api.register(async scope => imagesPageRoutes(scope as Api), { prefix: '/images' })),
  }
  const api = await openServer(door, pino({ level: 'silent' }))
  t.after(() => api.close())
  const beside = await api.inject({ url: '/images/images/' })
  assert.deepEqual([beside.statusCode, beside.headers.location], [308, '/images/images'])
  const page = await api.inject({ url: '/images/images' })
  for (const path of namesIn('/images/images', page.body))
    assert.equal((await api.inject({ url: path })).statusCode, 200, path)
})

async function open(t: TestContext): Promise<Api> {
  const api = await openServer({ dialect, routes: imagesPageRoutes }, pino({ level: 'silent' }))
  t.after(() => api.close())
  return api
}

/** The addresses that a page or a script names. */
function namesIn(path: string, text: string): string[] {
  const names = path.endsWith('.ts')
    ? text.matchAll(/ from '([^']+)'/g)
    : text.matchAll(/<(?:link|script|img)[^>]* (?:src|href)="([^"#]+)"/g)
  return [...names].map(([, name = '']) => new URL(name, `http://page${path}`).pathname)
}
