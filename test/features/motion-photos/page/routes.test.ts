// routes: the page's files as a browser gets them: JavaScript without a build, cached as long as they stay the same.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { pino } from 'pino'
import { dialect } from '../../../../src/features/motion-photos/errors.ts'
import { pageRoutes } from '../../../../src/features/motion-photos/page/routes.ts'
import { type Api, openServer } from '../../../../src/web/server.ts'

test('the page comes with a policy under which nothing foreign and nothing inline can run', async t => {
  const page = await (await open(t)).inject({ url: '/' })
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self';/)
  assert.doesNotMatch(String(page.headers['content-security-policy']), /unsafe/)
  assert.doesNotMatch(page.body, /<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
  assert.doesNotMatch(page.body, /https?:/, 'nothing comes from elsewhere')
})

test('everything that the page and its scripts name is there, as scripts without types', async t => {
  const api = await open(t)
  const left = new Set(namesIn('/', (await api.inject({ url: '/' })).body))
  for (const path of left) {
    const file = await api.inject({ url: path })
    assert.equal(file.statusCode, 200, path)
    assert.match(String(file.headers['content-type']), /^(?:text\/(?:javascript|css)|image\/svg\+xml)/, path)
    assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable')
    if (!path.endsWith('.ts')) continue
    assert.doesNotMatch(file.body, /^\s*(?:export )?(?:type|interface) \w|import type/m, path)
    for (const name of namesIn(path, file.body)) left.add(name)
  }
  assert.ok(
    [...left].some(path => path.endsWith('/main.ts')) && [...left].some(path => path.endsWith('/sdk/client.ts')),
  )
})

test('who has the page is told that it is the same, and who can unpack it gets it packed', async t => {
  const api = await open(t)
  const page = await api.inject({ url: '/' })
  const again = await api.inject({ url: '/', headers: { 'if-none-match': `"other", W/${page.headers.etag}` } })
  assert.deepEqual([again.statusCode, again.body], [304, ''])
  assert.equal((await api.inject({ url: '/', headers: { 'if-none-match': '"other"' } })).statusCode, 200)
  const packed = await api.inject({ url: '/', headers: { 'accept-encoding': 'br, gzip' } })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.equal(gunzipSync(packed.rawPayload).toString(), page.body)
  const plain = await api.inject({ url: '/', headers: { 'accept-encoding': 'br, gzip;q=0' } })
  assert.equal(plain.headers['content-encoding'], undefined)
})

test('below a prefix the page is a folder, and its files are found', async t => {
  const door = {
    dialect,
    routes: async (api: Api) =>
      void (await api.register(async scope => pageRoutes(scope as Api), { prefix: '/motion-photos' })),
  }
  const api = await openServer(door, pino({ level: 'silent' }))
  t.after(() => api.close())
  const bare = await api.inject({ url: '/motion-photos' })
  assert.deepEqual([bare.statusCode, bare.headers.location], [308, '/motion-photos/'])
  const page = await api.inject({ url: '/motion-photos/' })
  for (const path of namesIn('/motion-photos/', page.body))
    assert.equal((await api.inject({ url: path })).statusCode, 200)
})

test('making the page says nothing where log lines are read', async t => {
  const warnings: Error[] = []
  const listen = (warning: Error) => void warnings.push(warning)
  process.on('warning', listen)
  t.after(() => process.off('warning', listen))
  await open(t)
  await new Promise(resolve => setImmediate(resolve))
  assert.deepEqual(warnings, [])
})

async function open(t: TestContext): Promise<Api> {
  const api = await openServer({ dialect, routes: pageRoutes }, pino({ level: 'silent' }))
  t.after(() => api.close())
  return api
}

/** The addresses that a page or a script names. */
function namesIn(path: string, text: string): string[] {
  const names = path.endsWith('/')
    ? text.matchAll(/<(?:link|script|img)[^>]* (?:src|href)="([^"#]+)"/g)
    : text.matchAll(/ from '([^']+)'/g)
  return [...names].map(([, name = '']) => new URL(name, `http://page${path}`).pathname)
}
