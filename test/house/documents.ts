// documents: what the house asks of its prose and examples; rules return sentences, none when all is well.
import { posix } from 'node:path'
import type { Sources } from './syntax.ts'

// Put together here so that this file does not contain what it looks for.
const MACHINE_PATH = new RegExp(`(?<![\\w.:/-])/(?:${['work', 'home', 'root'].join('|')})/`)
const REGISTRY = new RegExp(
  [
    ['registry', 'npmjs', 'org'],
    ['registry', 'yarnpkg', 'com'],
  ]
    .map(name => name.join('\\.'))
    .join('|'),
)

/** A relative link leads to a file or folder of the repository. */
export function linkFaults(documents: Sources, paths: readonly string[]): string[] {
  return Object.entries(documents).flatMap(([path, text]) =>
    linksOf(text)
      .map(link => posix.normalize(posix.join(posix.dirname(path), link.replace(/#.*$/, ''))).replace(/\/$/, ''))
      .filter(target => target !== '.' && !paths.some(known => known === target || known.startsWith(`${target}/`)))
      .map(target => `${path}: links to ${target}, which does not exist`),
  )
}

/** A command `npm run X` in a document is one that package.json has. */
export function commandFaults(documents: Sources, scripts: readonly string[]): string[] {
  return Object.entries(documents).flatMap(([path, text]) =>
    [...text.matchAll(/\bnpm (?:run (?:-s |--silent )?([\w:-]+)|(test|start)\b)/g)]
      .map(match => match[1] ?? match[2] ?? '')
      .filter(name => !scripts.includes(name))
      .map(name => `${path}: package.json has no script called ${name}`),
  )
}

/** An example is run by a test: one that names it, or one that reads the whole of its folder. */
export function exampleFaults(examples: readonly string[], tests: Sources): string[] {
  const texts = Object.values(tests)
  return examples
    .filter(path => posix.extname(path) !== '.md')
    .filter(path => !texts.some(text => text.includes(posix.basename(path)) || readsFolder(text, posix.dirname(path))))
    .map(path => `${path}: no test runs this example`)
}

/** No file knows the machine that it was written on. */
export function machineFaults(texts: Sources): string[] {
  return Object.entries(texts).flatMap(([path, text]) => [
    ...(MACHINE_PATH.test(text) ? [`${path}: names a path of one machine: ${excerpt(text, MACHINE_PATH)}`] : []),
    ...(REGISTRY.test(text) ? [`${path}: names a package registry: ${excerpt(text, REGISTRY)}`] : []),
  ])
}

function linksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
  const links = [...prose.matchAll(/\]\(<?([^)>\s]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)]
  return links.map(match => match[1] ?? match[2] ?? '').filter(link => !/^(?:[a-z][a-z+.-]*:|#)/i.test(link))
}

function readsFolder(text: string, folder: string): boolean {
  return /\b(?:readdir|glob)(?:Sync)?\(/.test(text) && new RegExp(`['"\`/]${folder}(?:['"\`/])`).test(text)
}

function excerpt(text: string, pattern: RegExp): string {
  const at = text.search(pattern)
  return JSON.stringify(text.slice(Math.max(0, at - 10), at + 30))
}
