// files: the repository as paths and texts, without what git ignores or a tool made.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Sources } from './syntax.ts'

const root = new URL('../../', import.meta.url)
const FOREIGN = new Set(['node_modules', '.git', 'data', 'coverage'])

/** Every file's path below the root of the repository, with forward slashes, sorted. */
export function repositoryPaths(folder = ''): string[] {
  return readdirSync(new URL(folder, root), { withFileTypes: true })
    .filter(entry => !FOREIGN.has(entry.name) && !/^\.env$|\.log$/.test(entry.name))
    .flatMap(entry => {
      const path = `${folder}${entry.name}`
      if (entry.isDirectory()) return repositoryPaths(`${path}/`)
      return entry.isFile() ? [path] : []
    })
    .sort()
}

/** The texts of those paths that the pattern matches; binary files are left out. */
export function readTexts(paths: readonly string[], pattern: RegExp): Sources {
  const texts = paths
    .filter(path => pattern.test(path))
    .map(path => [path, readFileSync(fileURLToPath(new URL(encodeURI(path), root)), 'utf8')] as const)
  return Object.fromEntries(texts.filter(([, text]) => !text.includes('\0')))
}
