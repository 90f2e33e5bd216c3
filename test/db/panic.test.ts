// panic: an embedded database that cannot go on ends its process, and has kept all that it acknowledged.
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { test } from 'node:test'
import { execa } from 'execa'
import { openDatabase } from '../../src/db/open.ts'
import { placeEmbedded } from '../fixtures/embedded.ts'

const SCRIPT = `
  const [entry, directory] = process.argv.slice(1)
  const { openDatabase } = await import(entry)
  const database = await openDatabase({ directory })
  const insert = key => database.execute("insert into probes (key, probe) values ($1, '{}')", [key])
  await insert('acknowledged')
  console.log('acknowledged')
  // What comes next needs a new file of the log, which is larger than a file may be here.
  const switched = database.execute('select pg_switch_wal()')
  const failures = await Promise.allSettled([switched, ...['one', 'two', 'three'].map(insert)])
  console.log(failures.map(({ reason }) => reason?.code).join(' '))
  setInterval(() => {}, 60_000)
`

test('a PANIC is told to everybody who waits, ends the process, and loses nothing', { timeout: 60_000 }, async t => {
  const { directory } = await placeEmbedded()
  t.after(() => rm(directory, { recursive: true }))
  const entry = new URL('../../src/db/open.ts', import.meta.url).href
  const script = [process.execPath, '--input-type=module', '-e', SCRIPT, entry, directory]
  // Ignored, the signal becomes an error of the write, as a full disk is one.
  const words = ['-c', 'trap "" XFSZ; exec prlimit --fsize=12582912 -- "$@"', 'sh', ...script]
  const { exitCode, stdout, stderr } = await execa('sh', words, {
    reject: false,
    timeout: 50_000,
    killSignal: 'SIGKILL',
  })
  assert.equal(stdout, 'acknowledged\nunavailable unavailable unavailable unavailable')
  assert.equal(exitCode, 1)
  assert.match(stderr, /The embedded database had to stop: could not write to /)
  const database = await openDatabase({ directory })
  const { rows } = await database.execute('select key from probes')
  await database.close()
  assert.deepEqual(rows, [{ key: 'acknowledged' }])
})
