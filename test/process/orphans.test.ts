// orphans: a child never outlives the process that started it, not even when that is killed with SIGKILL.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { openProcesses } from '../../src/process/open.ts'
import { allGone, endLeftovers, endless, levels, running } from './levels.ts'

const PARENT = `
  const [entry, sandbox, command] = process.argv.slice(1)
  const { openProcesses } = await import(entry)
  const processes = await openProcesses({ sandbox })
  await processes.run(JSON.parse(command), { reads: [] }, { onLine: line => process.stdout.write(line + '\\n') })
`

after(endLeftovers)

for (const { sandbox } of levels) {
  test(`kill -9 of the parent ends the child, with ${sandbox}`, { timeout: 30_000 }, async () => {
    const marker = randomUUID()
    const entry = new URL('../../src/process/open.ts', import.meta.url).href
    const choice = sandbox === 'limits' ? 'off' : 'required'
    const script = ['--input-type=module', '-e', PARENT, entry, choice, JSON.stringify(endless(marker))]
    const parent = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(parent.stdout, 'data')
    const children = running(marker).filter(pid => pid !== `${parent.pid}`)
    assert.notDeepEqual(children, [], 'the child runs')
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    await allGone(marker)
  })
}

test('an abort at any moment of the start leaves nobody behind, and is answered', { timeout: 60_000 }, async () => {
  const marker = randomUUID()
  const processes = await openProcesses({ sandbox: 'required' })
  // bubblewrap starts in two processes; for some milliseconds killing one of them does not end the other.
  for (let afterMs = 0; afterMs < 24; afterMs += 0.25) {
    const aborting = new AbortController()
    setTimeout(() => aborting.abort(), afterMs)
    await assert.rejects(processes.run(endless(marker), { reads: [] }, { signal: aborting.signal }), {
      code: 'cancelled',
    })
  }
  await allGone(marker)
})
