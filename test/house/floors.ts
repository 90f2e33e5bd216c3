// floors: the one rule of the house as a pure function, from the sources of src/ to sentences that say what breaks it.
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { SourceFile } from 'typescript/unstable/ast'
import { isCallExpression, isStringLiteral } from 'typescript/unstable/ast/is'
import { environmentReads, impurities } from './purity.ts'
import { lineOf, nodesOf, parse, type Sources } from './syntax.ts'

// From the ground up. Rooms on one floor are strangers to each other; everything on the entry floor is one room.
const FLOORS: readonly (readonly string[])[] = [
  ['lib'],
  ['engine', 'process'],
  ['ffmpeg', 'storage', 'fetch', 'providers', 'db', 'queue'],
  ['runs', 'access'],
  ['web'],
  ['features/pipelines', 'features/motion-photos', 'features/library', 'features/images', 'features/dubbing'],
  ['entry'],
]
const ENTRY = /^(?:(?:main|app|api|worker|listeners|log|config|settings|version)\.ts$|(?:cli|app|config)\/)/

// What runs in browsers: it knows the client, and nothing of the server.
const BROWSER = /^(?:web|features\/[^/]+)\/page\/browser\//
const CLIENT = '../sdk/'

const PURE_ROOMS = ['lib', 'engine']
const PURE_PACKAGES = ['zod', 'node:buffer', 'node:crypto', 'node:path', 'node:url', 'node:util']
const RANDOMNESS = 'lib/ids.ts'
const SPAWNING_ROOM = 'process'
const SPAWNING_PACKAGES = ['execa', 'node:child_process', 'node:cluster']
const ENVIRONMENT = 'config.ts'

/** Every breach in these files (paths below src/), such as `engine/plan.ts:3: runs/run.ts is upstairs`. */
export function floorFaults(sources: Sources): string[] {
  return [...parse(sources)].flatMap(([path, file]) => {
    const room = roomOf(path)
    if (!room) return [`${path}:1: is in no room of the house`]
    return [...importFaults(path, room, file), ...contentFaults(path, room, file)]
  })
}

/** Imports of the client (paths below sdk/) that are not its own files, such as `client.ts:3: sdk/ may not import zod`. */
export function clientFaults(sources: Sources): string[] {
  return [...parse(sources)].flatMap(([path, file]) =>
    file.imports
      .filter(isStringLiteral)
      .filter(({ text }) => !text.startsWith('.') || posix.join(posix.dirname(path), text).startsWith('..'))
      .map(target => `${path}:${lineOf(target, file)}: sdk/ may not import ${target.text}`),
  )
}

function importFaults(path: string, room: string, file: SourceFile): string[] {
  const targets = file.imports.filter(isStringLiteral).flatMap(target => {
    const fault = target.text.startsWith('.')
      ? roomFault(path, room, target.text)
      : packageFault(path, room, target.text)
    return fault ? [`${path}:${lineOf(target, file)}: ${fault}`] : []
  })
  const riddles = [...nodesOf(file)]
    .filter(node => isCallExpression(node) && node.expression.getText(file) === 'import')
    .filter(node => isCallExpression(node) && !node.arguments.slice(0, 1).every(isStringLiteral))
    .map(node => `${path}:${lineOf(node, file)}: imports what only running it would tell`)
  return [...targets, ...riddles]
}

function roomFault(from: string, room: string, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(from), specifier)
  if (BROWSER.test(from) && target.startsWith(CLIENT)) return undefined
  if (BROWSER.test(from) && !BROWSER.test(target)) return `${target} does not run in browsers`
  // Data beside src/, such as package.json or a profile, is no code.
  if (target.startsWith('../')) return target.endsWith('.json') ? undefined : `${target} is outside the house`
  const other = roomOf(target)
  if (!other) return `${target} is in no room of the house`
  if (other === room || floorOf(other) < floorOf(room)) return undefined
  return `${target} is ${floorOf(other) === floorOf(room) ? 'next door' : 'upstairs'}`
}

function packageFault(from: string, room: string, specifier: string): string | undefined {
  if (BROWSER.test(from)) return `browsers have no ${specifier}`
  const name = isBuiltin(specifier) ? `node:${specifier.replace(/^node:/, '')}` : specifier
  if (SPAWNING_PACKAGES.includes(name) && room !== SPAWNING_ROOM) return `only ${SPAWNING_ROOM}/ may import ${name}`
  if (PURE_ROOMS.includes(room) && !PURE_PACKAGES.includes(name)) return `${room}/ is pure and may not import ${name}`
  return undefined
}

function contentFaults(path: string, room: string, file: SourceFile): string[] {
  const pure = PURE_ROOMS.includes(room) ? impurities(file, { mayBeRandom: path === RANDOMNESS }) : []
  const environment = path === ENVIRONMENT ? [] : environmentReads(file)
  return [
    ...pure.map(({ line, text }) => `${path}:${line}: ${room}/ is pure and may not use ${text}`),
    ...environment.map(({ line }) => `${path}:${line}: only ${ENVIRONMENT} may read the environment`),
  ]
}

function roomOf(path: string): string | undefined {
  if (ENTRY.test(path)) return 'entry'
  const folders = path.split('/').slice(0, -1)
  return FLOORS.flat().find(room => room === folders.slice(0, room.split('/').length).join('/'))
}

function floorOf(room: string): number {
  return FLOORS.findIndex(rooms => rooms.includes(room))
}
