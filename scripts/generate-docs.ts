// generate-docs: writes the documents that are made from the code; with --check it only says which are stale.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeConfiguration } from './docs/configuration.ts'
import { describeDoors } from './docs/openapi.ts'
import { describeOperationsShelf } from './docs/operations.ts'

const ROOT = join(import.meta.dirname, '..')

const documents = {
  'docs/configuration.md': describeConfiguration(),
  'docs/operations.md': describeOperationsShelf(),
  ...(await describeDoors()),
}

const stale: string[] = []
for (const [path, text] of Object.entries(documents)) {
  const found = await readFile(join(ROOT, path), 'utf8').catch(() => undefined)
  if (found !== text) stale.push(path)
}

if (process.argv.includes('--check')) {
  for (const path of stale) console.error(`${path} is stale: run \`npm run docs\``)
  process.exitCode = stale.length > 0 ? 1 : 0
} else {
  for (const path of stale) await write(path, documents[path as keyof typeof documents])
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(ROOT, path)), { recursive: true })
  await writeFile(join(ROOT, path), text)
  console.log(`wrote ${path}`)
}
