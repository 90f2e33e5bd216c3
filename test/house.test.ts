// house: the habits of the house, each a rule that is shown a bad sample and then reads the whole repository.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyFaults, defaultExportFaults, functionFaults, idleTestFaults } from './house/code.ts'
import { commandFaults, exampleFaults, linkFaults, machineFaults } from './house/documents.ts'
import { readTexts, repositoryPaths } from './house/files.ts'
import {
  captionFaults,
  lengthFaults,
  migrationFaults,
  nameFaults,
  proportionFaults,
  shelfFaults,
} from './house/shape.ts'

const paths = repositoryPaths()
const source = readTexts(paths, /^src\/.*\.ts$/)
const code = readTexts(paths, /^(?:src|test|scripts|bench|sdk|examples)\/.*\.ts$/)
const tests = readTexts(paths, /^test\/(?!house).*\.ts$/)
const documents = readTexts(paths, /\.md$/)

test('the guards see the repository', () => {
  assert.ok(Object.keys(source).length > 10 && Object.keys(documents).length > 0)
  assert.ok('test/house.test.ts' in code && paths.includes('package.json'))
})

test('every file starts by saying what it is for', () => {
  const bad = { 'a.ts': `import 'x'\n// a: comes too late to be a caption.`, 'b.ts': '// b', 'c.sql': 'create table c' }
  const good = {
    'd.ts': '#!/usr/bin/env node\n// d: is what starts the program.',
    'e.sql': '-- 0001: the tables of runs.',
  }
  assert.equal(captionFaults({ ...bad, ...good }).length, 3)
  assert.deepEqual(captionFaults({ ...code, ...readTexts(paths, /\.sql$/) }), [])
})

test('no file is longer than 300 lines', () => {
  assert.deepEqual(lengthFaults({ 'a.ts': 'a\n'.repeat(301), 'b.ts': 'b\n'.repeat(300) }), [
    'a.ts: has 301 lines; the limit is 300',
  ])
  assert.deepEqual(lengthFaults({ ...code, ...readTexts(paths, /\.(?:sql|sh)$/) }), [])
})

test('the median file of src/ has at most 60 lines, nine of ten at most 150', () => {
  const files = (lengths: number[]) =>
    Object.fromEntries(lengths.map((lines, index) => [`${index}.ts`, 'x\n'.repeat(lines)]))
  assert.deepEqual(proportionFaults(files([10, 61, 70])), ['the median file has 61 lines; the limit is 60'])
  assert.deepEqual(proportionFaults(files([1, 1, 1, 1, 1, 1, 1, 1, 151, 151])), [
    'one file in ten has 151 lines; the limit is 150',
  ])
  assert.deepEqual(proportionFaults(files([60, 60, 60, 60, 60, 60, 60, 60, 60, 299])), [])
  assert.deepEqual(proportionFaults(source), [])
})

test('no function is longer than 40 lines', () => {
  const lines = (count: number) => '\n  step()'.repeat(count)
  const sample = `// a\nfunction a() {${lines(38)}\n}\nfunction b() {${lines(39)}\n}\nconst c = { d: () => {${lines(39)}\n} }\n`
  assert.deepEqual(functionFaults({ 'a.ts': sample }), [
    'a.ts:42: this function has 41 lines; the limit is 40',
    'a.ts:83: this function has 41 lines; the limit is 40',
  ])
  assert.deepEqual(functionFaults(source), [])
})

test('names of files and folders say what is inside', () => {
  const bad = ['src/web/utils.ts', 'src/helpers/dates.ts', 'test/types.ts', 'src/constants.ts', 'src/lib/misc.ts']
  assert.equal(nameFaults([...bad, 'src/lib/ids.ts', 'src/media-types.ts']).length, bad.length)
  assert.deepEqual(nameFaults(paths), [])
})

test('nothing is exported as a default', () => {
  const bad = {
    'a.ts': 'export default 1',
    'b.ts': 'export default function f() {}',
    'c.ts': 'export { d as default }',
  }
  const good = { 'd.ts': `import { default as x } from 'y'\nswitch (x) {\n  default: stop()\n}` }
  assert.equal(defaultExportFaults({ ...bad, ...good }).length, 3)
  assert.deepEqual(defaultExportFaults(code), [])
})

test('nothing is any', () => {
  const suppressed = ['@ts', 'ignore'].join('-')
  const bad = { 'a.ts': 'let a: any', 'b.ts': 'const b = c as Map<string, any>', 'c.ts': `// ${suppressed}` }
  assert.equal(anyFaults({ ...bad, 'd.ts': `const any = 'any' // any` }).length, 3)
  assert.equal(anyFaults({ 'src/engine/operations/index.ts': 'type One = any\ntype Two = any' }).length, 1)
  assert.deepEqual(anyFaults(code), [])
})

test('no test is skipped, postponed or run alone', () => {
  const bad = `test.skip('a', f)\nit.only('b', f)\ntest('c', { skip: true }, f)\nt.todo('d')\ndescribe('e', { 'only': true }, f)`
  assert.equal(idleTestFaults({ 'a.test.ts': bad }).length, 5)
  assert.deepEqual(
    idleTestFaults({ 'b.test.ts': `test('skip', { timeout: 1 }, f)\nlist.skip(1)\nrun({ skip: 2 })` }),
    [],
  )
  assert.deepEqual(idleTestFaults(code), [])
})

test('every shelf has its contract and its list', () => {
  assert.deepEqual(
    shelfFaults(['src/storage/contract.ts', 'src/storage/s3.ts', 'src/runs/steps/index.ts', 'src/runs/a.ts']),
    ['src/storage/: this shelf has no index.ts', 'src/runs/steps/: this shelf has no contract.ts'],
  )
  assert.deepEqual(shelfFaults(paths), [])
})

test('migrations are numbered without a gap', () => {
  const at = (name: string) => `src/db/migrations/${name}`
  assert.deepEqual(migrationFaults([at('0001-runs.sql'), at('0003-keys.sql')]), [
    `${at('0003-keys.sql')}: is out of the numbering`,
  ])
  assert.equal(migrationFaults([at('0001-runs.sql'), at('0001-keys.sql'), at('notes.txt')]).length, 2)
  assert.deepEqual(migrationFaults(paths), [])
})

test('links between documents lead somewhere', () => {
  const text =
    '[a](b.md#part) [b](gone.md) [c](https://example.com) `[d](e.md)` ![f](../g.png "title") [h](#here)\n[i]: ../docs'
  assert.deepEqual(linkFaults({ 'docs/a.md': text }, ['docs/a.md', 'docs/b.md']), [
    'docs/a.md: links to docs/gone.md, which does not exist',
    'docs/a.md: links to g.png, which does not exist',
  ])
  assert.deepEqual(linkFaults(documents, paths), [])
})

test('every command in the documents exists', () => {
  const { scripts } = JSON.parse(readTexts(paths, /^package\.json$/)['package.json'] ?? '') as { scripts: object }
  const sample = { 'README.md': 'npm run demo -- clip.mp4, `npm run check`, npm test, npm run gone' }
  assert.deepEqual(commandFaults(sample, ['demo', 'check']), [
    'README.md: package.json has no script called test',
    'README.md: package.json has no script called gone',
  ])
  assert.deepEqual(commandFaults(documents, Object.keys(scripts)), [])
})

test('every example is run by a test', () => {
  const examples = ['examples/trim.json', 'examples/graphs/a.json', 'examples/README.md']
  assert.equal(exampleFaults(examples, { 'a.test.ts': `load('x.json')` }).length, 2)
  assert.deepEqual(exampleFaults(examples, { 'a.test.ts': `load('trim.json')\nreaddirSync('examples/graphs')` }), [])
  assert.deepEqual(
    exampleFaults(
      paths.filter(path => path.startsWith('examples/')),
      tests,
    ),
    [],
  )
})

test('no file knows the machine that it was written on', () => {
  const at = (folder: string) => `cd /${folder}/somewhere`
  const bad = {
    'a.md': at('home'),
    'b.ts': at('root'),
    'c.sh': at('work'),
    'd.json': `"https://${['registry', 'npmjs', 'org'].join('.')}/x"`,
  }
  assert.equal(machineFaults({ ...bad, 'e.md': 'https://example.com/home/page and src/work/plan.ts' }).length, 4)
  assert.deepEqual(machineFaults(readTexts(paths, /./)), [])
})
