// open: the choice of how to confine children.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openProcesses } from '../../src/process/open.ts'
import { sandboxed } from './levels.ts'

test('"off" means limits only', async () => {
  assert.equal((await openProcesses({ sandbox: 'off' })).sandbox, 'limits')
})

test('"required" is bubblewrap, or a clear refusal', async () => {
  const opening = openProcesses({ sandbox: 'required' })
  if (sandboxed) assert.match((await opening).sandbox, /^bubblewrap/)
  else await assert.rejects(opening, { code: 'config_invalid', message: /sandbox is required/ })
})
