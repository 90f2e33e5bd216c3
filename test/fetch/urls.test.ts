// urls: a table of addresses that must not be called, each tried at every door of the fetcher beside a server that counts.
import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openFetcher } from '../../src/fetch/open.ts'
import { type Served, serve } from './servers.ts'

let canary: Served
before(async () => {
  canary = await serve((_request, response) => response.end('secret'))
})
after(() => canary[Symbol.asyncDispose]())

// `PORT` is the canary's; nothing answers a question about a name but with addresses inside.
const INSIDE: Readonly<Record<string, readonly string[]>> = {
  'rebound.example': ['127.0.0.1'],
  '127.0.0.1.nip.example': ['127.0.0.1'],
  'mapped.example': ['::ffff:127.0.0.1'],
  'six.example': ['::1'],
  'zone.example': ['fe80::1%lo'],
  'nat64.example': ['64:ff9b::7f00:1'],
  'private.example': ['10.0.0.1', '192.168.1.1', 'fd00::1'],
  'nonsense.example': ['localhost'],
  'empty.example': [],
}
const fetcher = openFetcher({
  ...{ allow: [], maxBytes: 1000, limits: { connectMs: 500, headersMs: 2000 } },
  resolver: async host => INSIDE[host] ?? Promise.reject(Object.assign(new Error('?'), { code: 'ENOTFOUND' })),
})

const BY_SPELLING = `
http://127.0.0.1/ http://127.0.0.1:PORT/ http://127.0.0.1:8080/ https://127.0.0.1/ http://2130706433/ http://0x7f000001/
http://0x7f.1/ http://0177.0.0.1/ http://017700000001/ http://127.1/ http://127.0.1/ http://127.0.0.1./ http://127.1.2.3:8443/
http://①②⑦.0.0.1/ http://１２７.0.0.1/ http://127。0。0。1/ http://%31%32%37.0.0.1/ http://0.0.0.0/ http://0/ http://[::]/
http://[::1]/ http://[::1]:8080/ http://[0:0:0:0:0:0:0:1]/ http://[::ffff:127.0.0.1]/ http://[::ffff:7f00:1]/
http://[::127.0.0.1]/ http://[64:ff9b::127.0.0.1]/ http://[2002:7f00:1::]/ http://[fe80::1]/ http://[fd00:ec2::254]/
http://169.254.169.254/latest/meta-data/ http://2852039166/ http://0xa9fea9fe/ http://[::ffff:169.254.169.254]/
http://168.63.129.16/ http://100.100.100.200/ http://10.0.0.1/ http://172.16.0.1/ http://192.168.0.1/ http://255.255.255.255/
http://224.0.0.1/ http://localhost/ http://LOCALHOST/ http://localhost./ http://localhost:PORT/ http://a.localhost/
http://a.b.localhost./ http://%6c%6fcalhost/ http://ｌｏｃａｌｈｏｓｔ/ http://localhost.localdomain/
http://metadata.google.internal/computeMetadata/v1/ http://metadata/ http://instance-data/ http://metadata.google.internal./
http://evil@127.0.0.1/ http://public.example@127.0.0.1:PORT/ http://user:word@public.example/ http://:word@public.example/
http://public.example:22/ http://public.example:25/ http://public.example:6379/ http://public.example:5432/
http://public.example:PORT/ https://public.example:80443/ http://public.example:0/
file:///etc/passwd file://127.0.0.1/etc/passwd gopher://127.0.0.1:6379/_INFO ftp://public.example/a dict://127.0.0.1:11211/
javascript:alert(1) data:text/plain,hello blob:http://public.example/1 ws://public.example/ jar:http://public.example!/a
s3://bucket/key HTTP+UNIX://%2Frun%2Fdocker.sock/ http:/// http:// http://.../ http://a..b/ http://[fe80::1%25lo]/
http://[::1 http://1.2.3.4.5/ http://256.1.1.1/ http://127.0.0.1:PORT\\@public.example/ http:\\\\127.0.0.1:PORT
//127.0.0.1:PORT/ 127.0.0.1:PORT /etc/passwd public.example
`
  .trim()
  .split(/\s+/)
const WITH_BLANKS = [
  ' http://127.0.0.1/',
  'http://127.0.0.1/ ',
  'http://loc\talhost/',
  'http://127.0.0.1\n/',
  'http://a\0/',
]
const TOO_LONG = `http://public.example/${'a'.repeat(5000)}`
const BY_ADDRESS = [...Object.keys(INSIDE), 'unknown.example'].map(host => `http://${host}/`)

test('every row of the table is refused by its spelling, and there are many', () => {
  assert.ok(BY_SPELLING.length >= 80)
  for (const row of [...BY_SPELLING, ...WITH_BLANKS, TOO_LONG, 'http://a\ud800/', ''])
    assert.throws(() => fetcher.check(row.replace('PORT', String(canary.port))), { code: 'location_refused' }, row)
})

for (const row of [...BY_SPELLING, ...WITH_BLANKS, ...BY_ADDRESS])
  test(`nothing is called for ${JSON.stringify(row)}`, async () => {
    const url = row.replace('PORT', String(canary.port))
    const body = { headers: {}, body: '{}', timeoutMs: 2000 }
    const inspected = { acceptsRanges: false, finalUrl: url }
    await assert.rejects(fetcher.inspect(url, {}), { code: 'location_refused' })
    await assert.rejects(fetcher.post(url, body), { code: 'location_refused' })
    const file = join(tmpdir(), `kinora-never-${process.pid}`)
    await assert.rejects(fetcher.download(url, file, { inspected }), { code: 'location_refused' })
    assert.deepEqual(canary.hits, [])
  })

test('a name inside, a name that leads inside and a name that is not there are refused in the same words', async () => {
  const words = new Set<string>()
  for (const url of ['http://localhost/', 'http://10.0.0.1/', ...BY_ADDRESS])
    await fetcher.inspect(url, {}).catch(({ message }) => words.add(message.replace(new URL(url).host, 'HOST')))
  assert.deepEqual([...words], ['"http://HOST/" is refused: its host is unknown or may not be called'])
})

test('a refusal repeats no credentials and no query', () => {
  for (const url of ['http://ann:hunter2@public.example/', 'http://10.0.0.1/a?signature=hunter2', 'data:,hunter2'])
    assert.throws(
      () => fetcher.check(url),
      (error: Error) => !error.message.includes('hunter2'),
    )
})

const CANONICAL: readonly [string, string][] = [
  ['http://public.example', 'http://public.example/'],
  ['HTTPS://Public.Example.:443/a b'.replace(' ', '%20'), 'https://public.example/a%20b'],
  ['http://public.example:8080/a?b=c#d', 'http://public.example:8080/a?b=c'],
  ['http://public.example/../a/./b', 'http://public.example/a/b'],
  ['https://bücher.example/ä', 'https://xn--bcher-kva.example/%C3%A4'],
  ['http://134744072/', 'http://8.8.8.8/'],
  ['http://[2606:4700:0:0::1111]:8443/', 'http://[2606:4700::1111]:8443/'],
  ['http://[::ffff:8.8.8.8]/', 'http://8.8.8.8/'],
]

for (const [written, canonical] of CANONICAL)
  test(`${written} is ${canonical}`, () => {
    assert.equal(fetcher.check(written), canonical)
    assert.equal(fetcher.check(canonical), canonical)
  })

test('what is allowed may be called at the port that was allowed', () => {
  const { check } = openFetcher({ allow: ['localhost', 'minio:9000', '10.0.0.0/8', '[::1]:81'], maxBytes: 1 })
  for (const url of [
    'http://localhost:1/',
    'http://minio:9000/',
    'http://10.1.2.3:22/',
    'http://[::1]:81/',
    'http://minio/',
  ])
    assert.ok(check(url))
  for (const url of ['http://minio:9001/', 'http://127.0.0.1/', 'http://[::1]:82/', 'http://11.1.2.3:22/'])
    assert.throws(() => check(url), { code: 'location_refused' })
})
