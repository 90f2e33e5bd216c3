// sandbox: what a child gets to see, as a value and for real.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { bubblewrapOptions } from '../../src/process/sandbox.ts'
import { makeClip } from '../fixtures/clips.ts'
import { sandboxed } from './levels.ts'

const BOX = { reads: ['/srv/a.mp4', '/srv/b.mp4'], writes: '/srv/scratch' }

describe('the command line', () => {
  const options = bubblewrapOptions(['--symlink', 'usr/lib', '/lib'], BOX).join(' ')

  test('binds every source read-only and the one directory for outputs', () => {
    assert.match(options, /--ro-bind \/srv\/a\.mp4 \/in\/0 --ro-bind \/srv\/b\.mp4 \/in\/1 --bind \/srv\/scratch \/out/)
  })

  test('lends nothing else of the host but its libraries and fonts', () => {
    const lent = [...options.matchAll(/--(?:ro-)?bind(?:-try)? (\S+)/g)].map(match => match[1])
    assert.deepEqual(lent, [
      '/usr',
      '/etc/alternatives',
      '/etc/ld.so.cache',
      '/etc/fonts',
      '/srv/a.mp4',
      '/srv/b.mp4',
      '/srv/scratch',
    ])
  })

  test('has namespaces of its own, no capabilities, an empty environment, and dies with us', () => {
    for (const option of ['--unshare-all', '--die-with-parent', '--cap-drop ALL', '--clearenv', '--new-session'])
      assert.ok(options.includes(option), option)
  })
})

// None where bubblewrap does not work, as in most containers.
for (const processes of sandboxed ? [sandboxed] : []) {
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kinora-box-'))
  })
  after(() => rm(directory, { recursive: true, force: true }))

  const decode = (...source: string[]) =>
    processes.run({ program: 'ffmpeg', args: ['-v', 'error', '-nostdin', ...source, '-f', 'null', '-'] }, { reads: [] })

  test('a file outside the box is not there', async () => {
    const outside = await makeClip(directory, { name: 'outside.mp4' })
    const work = decode('-f', 'mov', '-i', `file:${outside}`)
    await assert.rejects(work, { code: 'ffmpeg_failed', message: /No such file or directory/ })
  })

  test('neither is the network', async t => {
    let visits = 0
    const server = createServer(socket => {
      visits += 1
      socket.destroy()
    })
    t.after(() => server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    await assert.rejects(decode('-f', 'mpegts', '-i', `tcp://127.0.0.1:${port}`), { code: 'ffmpeg_failed' })
    assert.equal(visits, 0)
  })

  test('nor other processes, nor a root to write to', async () => {
    const { stdout } = await processes.run({ program: 'ls', args: ['/'] }, { reads: [] })
    assert.doesNotMatch(stdout, /^(proc|root|home|srv|var)$/m)
    const write = processes.run({ program: 'touch', args: ['/mine'] }, { reads: [] })
    await assert.rejects(write, /Read-only file system/)
  })
}
