// owner-socket: one question, one answer, for nobody but the user whose process it is.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { askOwner } from '../../src/cli/owner-client.ts'
import { type OwnerCommands, openOwnerSocket } from '../../src/cli/owner-socket.ts'
import { AppError } from '../../src/lib/errors.ts'

const COMMANDS: OwnerCommands = {
  echo: async input => input,
  nothing: async () => undefined,
  fail: async () => {
    throw new AppError('key_not_found', 'Key x not found', { details: [{ pointer: '/id', message: 'is gone' }] })
  },
  break: async () => {
    throw new Error('ENOENT /srv/secret')
  },
}

test('a question is answered, whatever is in it and however long it is', async t => {
  const { directory } = await open(t)
  for (const input of [null, 'ü\n\0', { a: [1] }, 'x'.repeat(1_000_000)])
    assert.deepEqual(await askOwner(directory, 'echo', input), { answer: input })
  assert.deepEqual(await askOwner(directory, 'nothing', 1), {})
})

test('what a command throws is thrown to whoever asked; our own failures keep their insides', async t => {
  const { directory } = await open(t)
  await assert.rejects(askOwner(directory, 'fail', {}), {
    ...{ name: 'AppError', code: 'key_not_found', message: 'Key x not found' },
    details: [{ pointer: '/id', message: 'is gone' }],
  })
  await assert.rejects(askOwner(directory, 'break', {}), {
    ...{ code: 'internal', message: 'Something went wrong on our side' },
  })
  await assert.rejects(askOwner(directory, 'toString', {}), { code: 'config_invalid', message: /another version/ })
})

test('nobody else may connect, and nothing else is left lying about', async t => {
  const { directory } = await open(t)
  assert.equal(statSync(join(directory, 'owner.sock')).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(directory), ['owner.sock'])
})

test('nobody answers where nobody is, or where somebody was', async t => {
  const { directory, owner } = await open(t)
  await owner.close()
  assert.deepEqual(readdirSync(directory), [])
  assert.equal(await askOwner(directory, 'echo', 1), undefined)
  assert.equal(await askOwner(join(directory, 'none'), 'echo', 1), undefined)
})

test('what lies in its place is replaced', async t => {
  const directory = temporary(t)
  writeFileSync(join(directory, 'owner.sock'), 'stale')
  await open(t, directory)
  assert.deepEqual(await askOwner(directory, 'echo', 1), { answer: 1 })
})

test('a directory whose name is longer than an address of a socket is fine', async t => {
  const directory = join(temporary(t), 'a'.repeat(120), 'b'.repeat(120))
  mkdirSync(directory, { recursive: true })
  const { owner } = await open(t, directory)
  assert.equal(statSync(join(directory, 'owner.sock')).mode & 0o777, 0o600)
  assert.deepEqual(await askOwner(directory, 'echo', 1), { answer: 1 })
  await owner.close()
  assert.deepEqual(readdirSync(directory), [])
})

test('what is no question gets an error, and the next one its answer', async t => {
  const { directory } = await open(t)
  for (const words of ['', '{', '[]', 'null', '{"command":7}', '{"command":"__proto__"}']) {
    const socket = connect(join(directory, 'owner.sock'))
    socket.end(words)
    assert.match(await text(socket), /^\{"(?:error|unknown)":/, words)
  }
  assert.deepEqual(await askOwner(directory, 'echo', 1), { answer: 1 })
})

test('closing waits for answers, and not for those who never ask', async t => {
  const asked = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<string>()
  const slow = () => {
    asked.resolve()
    return answer.promise
  }
  const { directory, owner } = await open(t, temporary(t), { slow })
  const idle = connect(join(directory, 'owner.sock'))
  await once(idle, 'connect')
  const reply = askOwner(directory, 'slow', 1)
  await asked.promise
  const closed = owner.close()
  answer.resolve('done')
  assert.deepEqual(await reply, { answer: 'done' })
  await closed
  idle.destroy()
})

test('closing waits for nobody who does not read a long answer', async t => {
  const directory = temporary(t)
  const owner = await openOwnerSocket(directory, { much: async () => 'x'.repeat(20_000_000) }, 200)
  const deaf = connect(join(directory, 'owner.sock'))
  t.after(() => deaf.destroy())
  await once(deaf, 'connect')
  deaf.pause().end('{"command":"much"}')
  // The answer has begun, and fills what there is of room between us.
  await askOwner(directory, 'much', 1)
  await owner.close()
})

test('a question without end is not listened to', async t => {
  const { directory } = await open(t)
  const socket = connect(join(directory, 'owner.sock')).on('error', () => undefined)
  const closed = new Promise(resolve => socket.on('close', resolve))
  const piece = Buffer.alloc(1 << 20, ' ')
  let sent = 0
  for (; !socket.destroyed && sent < 64; sent++) await new Promise(done => socket.write(piece, done))
  await closed
  assert.ok(sent < 64, `${sent} MiB were taken`)
  assert.deepEqual(await askOwner(directory, 'echo', 1), { answer: 1 })
})

async function open(t: TestContext, directory = temporary(t), commands = COMMANDS) {
  const owner = await openOwnerSocket(directory, commands)
  t.after(() => owner.close())
  return { directory, owner }
}

function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'kinora-owner-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
