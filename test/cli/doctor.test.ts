// doctor: what it says of a machine, as a process of its own, alone and beside a Kinora that runs.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'
import { ffmpegFinding } from '../../src/cli/doctor-machine.ts'
import { startServer } from '../fixtures/server.ts'

const MAIN = join(import.meta.dirname, '../../src/main.ts')
const CHECKS = ['node', 'settings', 'ffmpeg', 'filters', 'encoders', 'sandbox', 'data directory', 'disk', 'database']
const LIMIT = { timeout: 120_000 }

type Finding = { check: string; verdict: string; message: string }

test('where all is well it says so, line by line, changes nothing, and ends with 0', LIMIT, async t => {
  const data = join(directoryOf(t), 'data')
  const { stdout, exitCode } = await doctor(data, [], { KINORA_PORT_PIPELINES: '0' })
  assert.equal(exitCode, 0, stdout)
  for (const check of [...CHECKS, 'storage', 'port pipelines', 'clock', 'lock', 'token secret'])
    assert.match(stdout, new RegExp(`^(ok   |warn ) ${check} `, 'm'))
  assert.match(stdout, /^(ok {3}|warn ) ffmpeg +\S+: (tested with Debian|never tried)/m)
  assert.doesNotMatch(stdout, /^fail/m)
  assert.throws(() => rmSync(data), { code: 'ENOENT' })
})

test('beside a Kinora that runs it looks at everything and disturbs nothing', LIMIT, async t => {
  const directory = directoryOf(t)
  const data = join(directory, 'data')
  await using server = await startServer('serve', directory, { KINORA_DATA_DIR: data })
  const port = new URL(server.url).port
  const { findings, exitCode } = await doctor(data, ['--json'], { KINORA_PORT_PIPELINES: port })
  assert.equal(exitCode, 0, JSON.stringify(findings))
  assert.match(said(findings, 'lock').message, /held by a Kinora process that runs/)
  assert.match(said(findings, 'port pipelines').message, /held by a Kinora that answers/)
  assert.match(said(findings, 'storage').message, /keeps what it is given/)
  assert.equal((await server.request('GET', '/health')).status, 200)
  // The lock is still the server's.
  await assert.rejects(startServer('serve', directory, { KINORA_DATA_DIR: data }), /in use by another Kinora process/)
})

test('what is wrong is a line of its own with what to do, and the exit code is 1', LIMIT, async t => {
  const other = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(other, 'listening')
  t.after(() => other.close())
  const { port } = other.address() as AddressInfo
  const directory = directoryOf(t)
  writeFileSync(join(directory, 'file'), '')
  const { findings, exitCode } = await doctor(join(directory, 'data'), ['--json'], {
    KINORA_PORT_PIPELINES: String(port),
    KINORA_DATABASE_URL: 'postgres://user:hidden-word@127.0.0.1:9/none',
    KINORA_STORAGE_URL: join(directory, 'file', 'objects'),
    KINORA_SANDBOX: 'off',
  })
  assert.equal(exitCode, 1)
  for (const [check, verdict, message] of [
    ['port pipelines', 'fail', /in use by another program: set KINORA_PORT_PIPELINES/],
    ['database', 'fail', /see KINORA_DATABASE_URL/],
    ['storage', 'fail', /see KINORA_STORAGE_URL/],
    ['sandbox', 'warn', /^limits: .*not boxed in/],
  ] as const) {
    assert.equal(said(findings, check).verdict, verdict, check)
    assert.match(said(findings, check).message, message)
  }
  assert.doesNotMatch(JSON.stringify(findings), /hidden-word/)
})

test('an ffmpeg that was never tried is told, and is no failure; one that is too old is', () => {
  const verdicts = ['5.1.9-0+deb12u1', '7.1.5-0+deb13u1', '8.0.1', '4.4.2'].map(
    version => ffmpegFinding(version).verdict,
  )
  assert.deepEqual(verdicts, ['ok', 'ok', 'warn', 'fail'])
  assert.match(ffmpegFinding('8.0.1').message, /^8\.0\.1: never tried/)
})

test('settings that cannot be read end it there', LIMIT, async t => {
  const { findings, exitCode } = await doctor(directoryOf(t), ['--json'], { KINORA_AUTH: 'maybe' })
  assert.equal(exitCode, 1)
  assert.match(said(findings, 'settings').message, /KINORA_AUTH must be/)
})

async function doctor(data: string, words: readonly string[], settings: Record<string, string>) {
  const env = { PATH: process.env['PATH'], KINORA_DATA_DIR: data, KINORA_PORT_STUDIO: '0', ...settings }
  const options = { env, extendEnv: false, reject: false, cwd: tmpdir() } as const
  const { stdout, stderr, exitCode } = await execa(process.execPath, [MAIN, 'doctor', ...words], options)
  assert.equal(stderr, '')
  return { stdout, exitCode, findings: words.includes('--json') ? (JSON.parse(stdout) as Finding[]) : [] }
}

function said(findings: readonly Finding[], check: string): Finding {
  return findings.find(finding => finding.check === check) ?? assert.fail(`nothing was said of ${check}`)
}

function directoryOf(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-doctor-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
