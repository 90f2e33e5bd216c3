// disk: no room for what is made, or bytes that have changed since: what is called completed is good all the same.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import type { Job, Server } from '../fixtures/server.ts'
import { addClip, openSite, type Site } from '../fixtures/site.ts'
import { assertCompleted } from './ledger.ts'

let site: Site

before(async () => {
  site = await openSite()
})
afterEach(async () => {
  await site.killAll()
  for (const name of await site.delivered()) await rm(join(site.output, name))
})
after(() => site?.close())

const FILLER = 'filler'
const [DISK_BYTES, ROOM_BYTES] = [8 * 1024 ** 2, 32 * 1024]
const KINDS = ['mp4', 'mkv', 'wav', 'mp3']

// Where nothing may be mounted, the limit on the size of files, below, stands for these.
for (const folder of mayMount() ? ['scratch', 'objects', 'output'] : [])
  test(`a full disk under ${folder} fails jobs, and once there is room again they succeed`, async () => {
    using disk = smallDisk(join(site.directory, folder))
    const server = await site.start()
    disk.fill()
    for (const { status, error, outputs } of await jobsOf(server, folder))
      assert.deepEqual({ status, code: error?.code, outputs }, { status: 'failed', code: 'disk_full', outputs: [] })
    assert.deepEqual(await left(), [])
    disk.free()
    for (const job of await jobsOf(server, folder)) await assertCompleted(site, server, job)
    assert.equal((await left()).length, KINDS.length)
    await site.killAll()
  })

test('an output that grows larger than it may fails its job, which a larger limit lets pass', async () => {
  const limited = await site.start({ env: { KINORA_OUTPUT_MAX_BYTES: '32768' } })
  for (const { status, error } of await jobsOf(limited, 'limit'))
    assert.deepEqual({ status, code: error?.code }, { status: 'failed', code: 'output_too_large' })
  assert.deepEqual(await left(), [])
  await limited.kill()
  const server = await site.start()
  for (const job of await jobsOf(server, 'limit')) await assertCompleted(site, server, job)
})

const DAMAGE: Record<string, (file: string) => Promise<void>> = {
  changed: file => writeFile(file, 'x', { flag: 'r+' }),
  shortened: file => truncate(file, 1000),
  removed: file => rm(file),
}

test('a finished output that changed on the disk, or vanished from it, is noticed and made again', async () => {
  const made = new Map<string, Job['outputs']>()
  const first = await site.start()
  for (const name of Object.keys(DAMAGE)) made.set(name, (await jobsOf(first, name, ['mp3']))[0]?.outputs ?? [])
  await first.kill()
  for (const [name, spoil] of Object.entries(DAMAGE)) {
    const { sha256 = '' } = made.get(name)?.[0] ?? {}
    await spoil(join(site.objects, 'artifacts', sha256.slice(0, 2), sha256))
  }
  const second = await site.start()
  for (const [name, outputs] of made) {
    const [again] = await jobsOf(second, name, ['mp3'])
    assert.ok(again)
    await assertCompleted(site, second, again)
    assert.deepEqual(again.outputs, outputs)
    const [reused] = await jobsOf(second, name, ['mp3'])
    assert.deepEqual(
      reused?.outputs,
      outputs.map(output => ({ ...output, cached: true })),
    )
  }
})

/** One job for each kind of output, all at once, from a clip that no other test has seen. */
async function jobsOf(server: Server, name: string, kinds = KINDS): Promise<Job[]> {
  await addClip(site, `${name}.mp4`, 4)
  const specs = kinds.map(kind => ({
    inputs: [{ id: 'source', source: `${name}.mp4` }],
    operations: [],
    outputs: [{ id: 'source', destination: `${name}-out.${kind}` }],
  }))
  const started = await Promise.all(specs.map(spec => server.submit(spec)))
  return await Promise.all(started.map(({ job_id }) => server.ended(job_id)))
}

/** Every file in the folders that jobs write to, other than finished artifacts. */
async function left(): Promise<string[]> {
  const incoming = join(site.objects, '.incoming')
  const found = await Promise.all([site.output, join(site.directory, 'scratch'), incoming].map(listed))
  return found.flat()
}

async function listed(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => [])
  return names.filter(name => name !== FILLER)
}

/** A disk of its own at a folder, of which next to nothing is free between `fill` and `free`. */
function smallDisk(directory: string) {
  mkdirSync(directory, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', directory])
  const unmount = () => execFileSync('umount', ['--lazy', directory])
  process.once('exit', unmount)
  return {
    fill: () => writeFileSync(join(directory, FILLER), Buffer.alloc(DISK_BYTES - ROOM_BYTES)),
    free: () => rmSync(join(directory, FILLER)),
    [Symbol.dispose]() {
      process.off('exit', unmount)
      unmount()
    },
  }
}

function mayMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-mount-'))
  try {
    smallDisk(directory)[Symbol.dispose]()
    return true
  } catch {
    return false
  } finally {
    rmdirSync(directory)
  }
}
