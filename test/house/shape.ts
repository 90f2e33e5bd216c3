// shape: what the house asks of its files by their paths and lines alone; every rule returns sentences, none when all is well.
import { posix } from 'node:path'
import type { Sources } from './syntax.ts'

const LIMITS = { file: 300, nineOfTen: 150, median: 60 } as const
const VAGUE = /^(?:utils?|misc|types?|constants?|helpers?)$/
const SHELVES = /^src\/(?:engine\/operations|storage|runs\/steps|providers\/[^/]+)(?=\/)/
const MIGRATIONS = 'src/db/migrations/'

/** A file starts with a comment in which it says what it is for (a `#!` line may stand before it). */
export function captionFaults(sources: Sources): string[] {
  return Object.entries(sources)
    .filter(([, text]) => !/^(?:#!.*\n)?(?:\/\/|--) \S.{15,}/.test(text))
    .map(([path]) => `${path}: the first line does not say what the file is for`)
}

/** No file is long. */
export function lengthFaults(sources: Sources): string[] {
  return Object.entries(sources)
    .filter(([, text]) => linesOf(text) > LIMITS.file)
    .map(([path, text]) => `${path}: has ${linesOf(text)} lines; the limit is ${LIMITS.file}`)
}

/** Most files are short. */
export function proportionFaults(sources: Sources): string[] {
  const lengths = Object.values(sources)
    .map(linesOf)
    .sort((a, b) => a - b)
  const median = lengths[Math.floor((lengths.length - 1) * 0.5)] ?? 0
  const nineOfTen = lengths[Math.floor((lengths.length - 1) * 0.9)] ?? 0
  return [
    ...(median > LIMITS.median ? [`the median file has ${median} lines; the limit is ${LIMITS.median}`] : []),
    ...(nineOfTen > LIMITS.nineOfTen
      ? [`one file in ten has ${nineOfTen} lines; the limit is ${LIMITS.nineOfTen}`]
      : []),
  ]
}

/** A name says what is inside: `types.ts` and `utils/` say nothing. */
export function nameFaults(paths: readonly string[]): string[] {
  return paths
    .filter(path => path.split('/').some(part => VAGUE.test(part.replace(/\..*$/, ''))))
    .map(path => `${path}: a name that says nothing about what is inside`)
}

/** Every shelf has its contract and its list. */
export function shelfFaults(paths: readonly string[]): string[] {
  const shelves = new Set(paths.flatMap(path => SHELVES.exec(path)?.[0] ?? []))
  return [...shelves].flatMap(shelf =>
    ['contract.ts', 'index.ts']
      .filter(file => !paths.includes(`${shelf}/${file}`))
      .map(file => `${shelf}/: this shelf has no ${file}`),
  )
}

/** Migrations are numbered 0001, 0002, … without a gap. */
export function migrationFaults(paths: readonly string[]): string[] {
  return paths
    .filter(path => path.startsWith(MIGRATIONS))
    .sort()
    .filter((path, index) => !posix.basename(path).match(`^${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.sql$`))
    .map(path => `${path}: is out of the numbering`)
}

function linesOf(text: string): number {
  return text.replace(/\n$/, '').split('\n').length
}
