// floors: a file imports from its own room or from any lower floor; never next door, never upstairs.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { clientFaults, floorFaults } from './house/floors.ts'

const src = new URL('../src/', import.meta.url)

test('every file of src/ keeps to its floor', () => {
  const paths = globSync('**/*.ts', { cwd: src }).sort()
  assert.ok(paths.length > 10, 'there are sources to read')
  assert.deepEqual(
    floorFaults(Object.fromEntries(paths.map(path => [path, readFileSync(new URL(path, src), 'utf8')]))),
    [],
  )
})

const BREACHES: readonly (readonly [path: string, text: string, fault: string])[] = [
  ['lib/up.ts', `import { plan } from '../engine/plan.ts'`, '1: engine/plan.ts is upstairs'],
  ['engine/type.ts', `\nimport type { Run } from '../runs/run.ts'`, '2: runs/run.ts is upstairs'],
  ['engine/reexport.ts', `export * from '../process/run.ts'`, '1: process/run.ts is next door'],
  ['storage/dynamic.ts', `const db = await import('../db/open.ts')`, '1: db/open.ts is next door'],
  ['db/inline.ts', `let queue: import('../queue/open.ts').Queue`, '1: queue/open.ts is next door'],
  ['runs/access.ts', `import '../access/keys.ts'`, '1: access/keys.ts is next door'],
  ['features/images/a.ts', `import { b } from '../dubbing/b.ts'`, '1: features/dubbing/b.ts is next door'],
  ['web/feature.ts', `import { b } from '../features/images/b.ts'`, '1: features/images/b.ts is upstairs'],
  ['features/images/entry.ts', `import type { App } from '../../app.ts'`, '1: app.ts is upstairs'],
  ['runs/entry.ts', `import { print } from '../cli/print.ts'`, '1: cli/print.ts is upstairs'],
  ['web/test.ts', `import '../../test/house/floors.ts'`, '1: ../test/house/floors.ts is outside the house'],
  ['web/riddle.ts', 'await import(`../$' + '{name}.ts`)', '1: imports what only running it would tell'],
  ['web/stray.ts', `import '../helpers/stray.ts'`, '1: helpers/stray.ts is in no room of the house'],
  ['helpers/room.ts', `export const a = 1`, '1: is in no room of the house'],
  ['features/shared.ts', `export const a = 1`, '1: is in no room of the house'],
  ['server.ts', `export const a = 1`, '1: is in no room of the house'],
  ['db/spawn.ts', `import { execa } from 'execa'`, '1: only process/ may import execa'],
  ['main.ts', `import { spawn } from 'child_process'`, '1: only process/ may import node:child_process'],
  [
    'engine/disk.ts',
    `import { readFile } from 'node:fs/promises'`,
    '1: engine/ is pure and may not import node:fs/promises',
  ],
  ['lib/http.ts', `import { request } from 'undici'`, '1: lib/ is pure and may not import undici'],
  ['engine/fetch.ts', `const reply = await fetch(url)`, '1: engine/ is pure and may not use fetch(url)'],
  ['engine/now.ts', `const now = Date.now()`, '1: engine/ is pure and may not use Date.now'],
  ['lib/today.ts', `const now = new Date()`, '1: lib/ is pure and may not use new Date()'],
  ['lib/timer.ts', `globalThis.setTimeout(done, 1)`, '1: lib/ is pure and may not use globalThis.setTimeout(done, 1)'],
  ['engine/speed.ts', `performance.now()`, '1: engine/ is pure and may not use performance.now'],
  ['engine/uptime.ts', `process.uptime()`, '1: engine/ is pure and may not use process.uptime'],
  ['lib/dice.ts', `Math.random()`, '1: lib/ is pure and may not use Math.random'],
  ['lib/key.ts', `import { randomBytes as r } from 'node:crypto'`, '1: lib/ is pure and may not use randomBytes as r'],
  ['lib/uuid.ts', `crypto.randomUUID()`, '1: lib/ is pure and may not use crypto.randomUUID'],
  ['runs/env.ts', `process.env['HOME']`, '1: only config.ts may read the environment'],
  ['app.ts', `const { env } = process`, '1: only config.ts may read the environment'],
  [
    'features/images/page/browser/a.ts',
    `import { c } from '../routes.ts'`,
    '1: features/images/page/routes.ts does not run in browsers',
  ],
  ['features/images/page/browser/b.ts', `import 'node:fs'`, '1: browsers have no node:fs'],
  ['web/page/browser/a.ts', `import '../assets.ts'`, '1: web/page/assets.ts does not run in browsers'],
  [
    'features/images/page/browser/d.ts',
    `import { c } from '../../../dubbing/page/browser/c.ts'`,
    '1: features/dubbing/page/browser/c.ts is next door',
  ],
  ['features/images/client.ts', `import '../../../sdk/index.ts'`, '1: ../sdk/index.ts is outside the house'],
  ['cli/env.ts', `import { env } from 'node:process'`, '1: only config.ts may read the environment'],
]

const found = floorFaults(Object.fromEntries(BREACHES))

for (const [path, text, fault] of BREACHES) {
  test(`${path} would be caught: ${text.trim()}`, () => {
    assert.deepEqual(
      found.filter(sentence => sentence.startsWith(`${path}:`)),
      [`${path}:${fault}`],
    )
  })
}

test('what the rule allows is not caught', () => {
  const allowed = {
    'lib/ids.ts': `import { randomBytes } from 'node:crypto'`,
    'engine/operations/trim.ts': `import { z } from 'zod'\nimport { define } from './contract.ts'\nimport '../../lib/time.ts'`,
    'engine/value.ts': `// fetch(url), Date.now()\nconst date = new Date(0)\nconst text = 'process.env'\nstep.fetch(date, text)`,
    'process/run.ts': `import { execa } from 'execa'\nconst started = Date.now()`,
    'runs/steps/render.ts': `import '../../ffmpeg/encode.ts'\nimport '../../db/open.ts'\nimport '../gate.ts'`,
    'features/images/routes.ts': `import '../../web/errors.ts'\nimport '../../runs/run.ts'`,
    'cli/serve.ts': `import '../app.ts'\nimport manifest from '../../package.json' with { type: 'json' }`,
    'features/images/page/browser/main.ts': `import '../../../../../sdk/index.ts'\nimport './drop.ts'`,
    'features/images/page/browser/list.ts': `import '../../../../web/page/browser/elements.ts'`,
    'config.ts': `export const port = process.env['PORT']`,
  }
  assert.deepEqual(floorFaults(allowed), [])
})

test('the client in sdk/ needs nothing but its own files', () => {
  const bad = { 'a.ts': `import './b.ts'\nimport '../src/lib/ids.ts'`, 'c/d.ts': `import '../b.ts'\nimport 'node:fs'` }
  assert.deepEqual(clientFaults(bad), [
    'a.ts:2: sdk/ may not import ../src/lib/ids.ts',
    'c/d.ts:2: sdk/ may not import node:fs',
  ])
  const sdk = new URL('../sdk/', import.meta.url)
  const paths = globSync('**/*.ts', { cwd: sdk })
  assert.ok(paths.includes('index.ts'), 'there are sources to read')
  assert.deepEqual(
    clientFaults(Object.fromEntries(paths.map(path => [path, readFileSync(new URL(path, sdk), 'utf8')]))),
    [],
  )
})
