// main: the program as somebody starts it: its commands, its signals, and what it says when it cannot start.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { execa } from 'execa'

const MAIN = join(import.meta.dirname, '../src/main.ts')

test('says what it can do, and which version it is', async t => {
  assert.match((await kinora(t, ['--help'])).stdout, /serve .*\n.*api .*\n.*worker .*\n.*demo /)
  assert.match((await kinora(t, ['--version'])).stdout, /^\d+\.\d+\.\d+$/)
})

test('keeps what was compiled at home, and starts without a home as well', async t => {
  const home = mkdtempSync(join(tmpdir(), 'kinora-home-'))
  t.after(() => rmSync(home, { recursive: true }))
  // Its settings are read by what is loaded for a role.
  await kinora(t, ['api'], { HOME: home })
  const [kept = ''] = readdirSync(join(home, '.cache/kinora/compiled'))
  assert.ok(readdirSync(join(home, '.cache/kinora/compiled', kept)).length > 0)
  assert.equal((await kinora(t, ['--version'], { HOME: '/dev/null' })).exitCode, 0)
})

test('a mistyped command is not run, and the one that was meant is named', async t => {
  const { exitCode, stderr } = await kinora(t, ['sevre'])
  assert.equal(exitCode, 2)
  assert.match(stderr, /^kinora: there is no command "sevre"; did you mean "serve"\?/)
})

for (const role of ['api', 'worker'])
  test(`${role} does not start on the embedded database`, async t => {
    const { exitCode, stderr } = await kinora(t, [role])
    assert.equal(exitCode, 1)
    assert.match(stderr, /^kinora: "\w+" shares its work .* set KINORA_DATABASE_URL, or use "serve"$/)
  })

test('settings that are wrong are told in one line, all of them, without a stack', async t => {
  const { exitCode, stderr } = await kinora(t, [], { KINORA_AUTH: 'maybe', KINORA_PORT_PIPELINES: 'x' })
  assert.equal(exitCode, 1)
  assert.match(stderr, /^kinora: .*KINORA_PORT_PIPELINES .*; KINORA_AUTH .*$/)
})

test('a busy port is told in one line, and nothing is left behind', async t => {
  const other = createServer().listen({ host: '127.0.0.1', port: 0 })
  await once(other, 'listening')
  t.after(() => other.close())
  const { port } = other.address() as AddressInfo
  const { exitCode, stderr } = await kinora(t, [], { KINORA_PORT_PIPELINES: String(port), KINORA_LOG_LEVEL: 'fatal' })
  assert.equal(exitCode, 1)
  assert.equal(
    stderr,
    `kinora: Port ${port} is in use by another program: set KINORA_PORT_PIPELINES to another one, or to off`,
  )
})

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  test(`serves after one line that says so, and stops in good order at ${signal}`, async t => {
    const child = kinora(t, [])
    const line = String((await once(child.stdout, 'data'))[0])
    const { event, ports } = JSON.parse(line)
    assert.equal(event, 'ready')
    const reply = await fetch(`http://localhost:${ports.pipelines}/health`)
    assert.equal(((await reply.json()) as { status: string }).status, 'ok')
    child.kill(signal)
    const { exitCode, stdout, stderr } = await child
    assert.equal(exitCode, 0)
    assert.equal(stdout.trim(), line.trim())
    for (const logged of stderr.split('\n').filter(Boolean)) assert.ok(JSON.parse(logged).msg, logged)
  })

test('a second signal ends it at once', async t => {
  const child = kinora(t, [])
  const { ports } = JSON.parse(String((await once(child.stdout, 'data'))[0]))
  // A client that is half way through a request holds up an orderly stop.
  const slow = connect(ports.pipelines, '127.0.0.1')
  slow.on('error', () => undefined)
  slow.write('POST /api/v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nContent-Type: application/json\r\n\r\n{')
  await (await fetch(`http://127.0.0.1:${ports.pipelines}/health`)).text()
  // Two that come at once may count as one.
  const signals = setInterval(() => child.kill('SIGTERM'), 100)
  const ended = await child.finally(() => clearInterval(signals))
  assert.equal(ended.exitCode, 1)
  slow.destroy()
})

function kinora(t: TestContext, words: readonly string[], env: Record<string, string> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-main-'))
  const settings = {
    KINORA_DATA_DIR: join(directory, 'data'),
    KINORA_PORT_PIPELINES: '0',
    KINORA_PORT_STUDIO: '0',
    PATH: process.env['PATH'],
  }
  const options = {
    env: { ...settings, ...env },
    extendEnv: false,
    reject: false,
    cwd: directory,
    // Only the signals of the test: no SIGKILL after a while.
    forceKillAfterDelay: false,
  } as const
  const child = execa(process.execPath, [MAIN, ...words], options)
  t.after(async () => {
    child.kill('SIGKILL')
    await child
    rmSync(directory, { recursive: true })
  })
  return child
}
