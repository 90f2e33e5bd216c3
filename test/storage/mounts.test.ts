// Callers reach what lies in a mount and nothing else, however they spell it.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  appendFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AppError } from '../../src/lib/errors.ts'
import { type Mounts, openMounts } from '../../src/storage/mounts.ts'

let base: string
let mounts: Mounts
const at = (path: string) => join(base, path)
const to = (location: string) => ({ location, owner: 'ann' })
const shared = (path: string) => ({ directory: at(path), access: 'shared' as const })

before(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'kinora-mounts-')))
  for (const folder of ['in/sub', 'out', 'outside', 'special']) await mkdir(at(folder), { recursive: true })
  for (const [path, content] of Object.entries({
    'in/both.mp4': 'in',
    'out/both.mp4': 'out',
    'out/only.mp4': 'only',
    'in/sub/deep.mp4': 'deep',
    'in/100%.mp4': 'percent',
    'in/%2e%2e': 'literal',
    'in/my clip#1?.mp4': 'odd',
    'outside/secret': 'secret',
  }))
    await writeFile(at(path), content)
  await symlink(at('outside/secret'), at('in/escape.mp4'))
  await symlink(at('outside'), at('in/escape'))
  await symlink('sub/deep.mp4', at('in/alias.mp4'))
  await symlink('loop.mp4', at('in/loop.mp4'))
  await symlink('/dev/zero', at('in/zero.mp4'))
  execFileSync('mkfifo', [at('in/pipe.mp4')])
  mounts = openMounts({ '/uploads': shared('in'), '/output': shared('out') })
})
after(() => rm(base, { recursive: true }))

const FOUND = {
  'both.mp4': 'in/both.mp4',
  './both.mp4': 'in/both.mp4',
  'only.mp4': 'out/only.mp4',
  'sub/deep.mp4': 'in/sub/deep.mp4',
  'sub//deep.mp4': 'in/sub/deep.mp4',
  'alias.mp4': 'in/sub/deep.mp4',
  '100%.mp4': 'in/100%.mp4',
  'my clip#1?.mp4': 'in/my clip#1?.mp4',
  '%2e%2e': 'in/%2e%2e',
  'file:///uploads/both.mp4': 'in/both.mp4',
  'FILE:///output/both.mp4': 'out/both.mp4',
  'file:///uploads/100%25.mp4': 'in/100%.mp4',
  'file:///uploads/my clip%231%3F.mp4': 'in/my clip#1?.mp4',
  'file:///uploads/%252e%252e': 'in/%2e%2e',
}

for (const location of ['s3://bucket/a.mp4', 'https://example.com/a.mp4', 'asset://a', 'run://a/b', 'data:,a'])
  test(`${location} names nothing in a mount`, () => {
    for (const check of [mounts.checkSource, mounts.destination])
      assert.throws(() => check(location), {
        code: 'location_refused',
        message: /: write file:\/\/\/mount\/name/,
      })
  })

for (const location of ['.mp4', 'folder/.MP4', 'file:///output/.mp4'])
  test(`${location} is no destination, for there is nothing before its ending`, () => {
    assert.throws(() => mounts.destination(location), { message: /its name has nothing before the ending$/ })
  })

test('a source has one spelling too: of the place that is looked at first', () => {
  assert.equal(mounts.checkSource('./sub//clip.mp4'), 'file:///uploads/sub/clip.mp4')
  assert.equal(mounts.checkSource('FILE:///output/clip.mp4'), 'file:///output/clip.mp4')
})

const REFUSED = [
  '',
  '.',
  '..',
  '../outside/secret',
  'sub/../../outside/secret',
  'sub/..',
  '/etc/passwd',
  '/uploads/both.mp4',
  '/proc/self/environ',
  '/dev/zero',
  'sub/',
  'both.mp4/',
  'both.mp4\0',
  'both\n.mp4',
  '..\\outside\\secret',
  'a\\b',
  '\ud800.mp4',
  'x'.repeat(5000),
  `${'y'.repeat(300)}.mp4`,
  'file:///etc/passwd',
  'file:///uploads',
  'file:///uploads/',
  'file:///uploadsx/a',
  'file:///uploads/../outside/secret',
  'file:///uploads/%2e%2e/outside/secret',
  'file:///uploads/.%2E/outside/secret',
  'file:///uploads/sub%2f..%2f..%2foutside',
  'file:///uploads/a%5cb',
  'file:///uploads/both.mp4%00.png',
  'file:///uploads/%c0%ae%c0%ae/x',
  'file:///uploads/%zz',
  'file:///uploads/both.mp4?x',
  'file:///uploads/both.mp4#x',
  'file://localhost/uploads/both.mp4',
  'file://host/uploads/both.mp4',
  'file:/uploads/both.mp4',
  'file:both.mp4',
  'http://127.0.0.1/x',
  's3://bucket/key',
  'concat:a|b',
  'data:text/plain,x',
  'pipe:0',
]

const REFUSED_ON_DISK = [
  'escape.mp4',
  'escape/secret',
  'file:///uploads/escape/secret',
  'loop.mp4',
  'zero.mp4',
  'pipe.mp4',
  'sub',
  'file:///uploads/sub',
]

const MISSING = [
  'none.mp4',
  'sub/none.mp4',
  'none/none.mp4',
  'both.mp4/below',
  'file:///output/sub/deep.mp4',
  '~/.ssh/id_rsa',
  '%2e%2e/x',
]

test('finds files by name, in their mounts, with their true path and size', async () => {
  for (const [location, path] of Object.entries(FOUND)) {
    const source = await mounts.source(location, 'ann')
    assert.equal(source.path, at(path), location)
    assert.equal(source.sizeBytes, (await stat(at(path))).size)
  }
})

for (const location of REFUSED)
  test(`refuses ${JSON.stringify(location.slice(0, 60))} by its spelling, as a source and as a destination`, async () => {
    await assert.rejects(mounts.source(location, 'ann'), harmless)
    assert.throws(() => mounts.destination(location), harmless)
    await assert.rejects(mounts.publish(at('outside/secret'), to(location)), harmless)
  })

for (const location of REFUSED_ON_DISK)
  test(`refuses ${location}, which is not a file inside its mount`, async () => {
    await assert.rejects(mounts.source(location, 'ann'), harmless)
  })

test('says what is missing by the name that the caller gave', async () => {
  for (const location of MISSING) {
    await assert.rejects(mounts.source(location, 'ann'), (error: AppError) => {
      assert.equal(error.code, 'source_missing', location)
      assert.ok(error.message.includes(location) && !error.message.includes(base))
      return true
    })
  }
})

test('notices that a source was written to, replaced, or removed', async () => {
  for (const change of [
    () => appendFile(at('in/changing.mp4'), 'more'),
    () => link(at('in/changing.mp4'), at('in/second-name')),
    () => rm(at('in/changing.mp4')),
  ]) {
    await writeFile(at('in/changing.mp4'), 'content')
    await rm(at('in/second-name'), { force: true })
    const source = await mounts.source('changing.mp4', 'ann')
    assert.equal(await mounts.same(source), true)
    await change()
    assert.equal(await mounts.same(source), false)
  }
})

test('every spelling of a destination comes down to one, which names the same place', () => {
  for (const location of ['a b/ü#?%.mp4', './a b//ü#?%.mp4', 'file:///output/a b/ü%23%3f%25.mp4'])
    assert.equal(mounts.destination(location), 'file:///output/a%20b/%C3%BC%23%3F%25.mp4')
  const canonical = mounts.destination('a b/ü#?%.mp4')
  assert.equal(mounts.destination(canonical), canonical)
  assert.equal(mounts.destination('file:///uploads/x.mp4'), 'file:///uploads/x.mp4')
})

test('publishes a copy with its digest, making folders, replacing what was there', async () => {
  for (const content of ['first', 'second']) {
    await writeFile(at('outside/result'), content)
    const published = await mounts.publish(at('outside/result'), to('new/folder/clip.mp4'))
    assert.deepEqual(published, {
      sizeBytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    })
    assert.equal(await readFile(at('out/new/folder/clip.mp4'), 'utf8'), content)
  }
  await appendFile(at('out/new/folder/clip.mp4'), 'edited')
  assert.equal(await readFile(at('outside/result'), 'utf8'), 'second')
  assert.deepEqual(await readdir(at('out/new/folder')), ['clip.mp4'])
})

test('a symlink in the way is replaced, and what it points to stays', async () => {
  await symlink(at('outside/secret'), at('out/link.mp4'))
  await mounts.publish(at('in/both.mp4'), to('link.mp4'))
  assert.equal(await readFile(at('out/link.mp4'), 'utf8'), 'in')
  assert.equal(await readFile(at('outside/secret'), 'utf8'), 'secret')
})

test('publishes nothing through a folder that leaves the mount, and makes nothing there', async () => {
  await symlink(at('outside'), at('out/escape'))
  await symlink(at('outside/dangling'), at('out/dangling'))
  for (const location of ['escape/clip.mp4', 'escape/new/clip.mp4', 'dangling/clip.mp4', 'only.mp4/clip.mp4'])
    await assert.rejects(mounts.publish(at('in/both.mp4'), to(location)), { code: 'location_refused' })
  await mkdir(at('out/folder.mp4'))
  await assert.rejects(mounts.publish(at('in/both.mp4'), to('folder.mp4')), { code: 'location_refused' })
  assert.deepEqual((await readdir(at('outside'))).toSorted(), ['result', 'secret'])
})

test('a copy that fails keeps what was there and leaves nothing else', async () => {
  await writeFile(at('out/kept.mp4'), 'kept')
  await assert.rejects(mounts.publish(at('outside/none'), to('kept.mp4')), { code: 'ENOENT' })
  assert.equal(await readFile(at('out/kept.mp4'), 'utf8'), 'kept')
  assert.deepEqual(
    (await readdir(at('out'))).filter(name => name.startsWith('.')),
    [],
  )
})

test('what a killed process left at a destination goes with the next copy to it', async () => {
  await mounts.publish(at('in/both.mp4'), to('again.mp4'))
  const name = createHash('sha256').update('again.mp4').digest('hex').slice(0, 16)
  await writeFile(at(`out/.kinora-${name}-dead.part`), 'half')
  await writeFile(at('out/.kinora-other-dead.part'), 'half')
  await mounts.publish(at('in/both.mp4'), to('again.mp4'))
  assert.deepEqual(
    (await readdir(at('out'))).filter(entry => entry.startsWith('.')),
    ['.kinora-other-dead.part'],
  )
})

test('many copies to one destination at once leave one whole file', async () => {
  const published = await Promise.all(
    Array.from({ length: 8 }, () => mounts.publish(at('in/both.mp4'), to('busy/clip.mp4'))),
  )
  assert.equal(new Set(published.map(({ sha256 }) => sha256)).size, 1)
  assert.deepEqual(await readdir(at('out/busy')), ['clip.mp4'])
})

test('a mount must be named like a folder', () => {
  for (const name of ['uploads', '/', '/a/../b', '/a b', '/.hidden'])
    assert.throws(() => openMounts({ [name]: { directory: base, access: 'shared' } }), { code: 'config_invalid' })
})

function harmless(error: unknown): boolean {
  assert.ok(error instanceof AppError)
  assert.equal(error.code, 'location_refused')
  assert.ok(!error.message.includes(base))
  return true
}

test('a copy that is not approved does not take its place', async () => {
  await mounts.publish(at('in/both.mp4'), to('kept/clip.mp4'))
  const before = await readFile(at('out/kept/clip.mp4'))
  const refusal = new Error('not this one')
  const refused = mounts.publish(at('outside/secret'), to('kept/clip.mp4'), async () => {
    throw refusal
  })
  await assert.rejects(refused, refusal)
  assert.deepEqual(await readFile(at('out/kept/clip.mp4')), before)
  assert.deepEqual(await readdir(at('out/kept')), ['clip.mp4'])
})
