// index: the storages there are, by the scheme of the URL that names them.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../lib/errors.ts'
import type { Storage } from './contract.ts'
import { filesystemStorage } from './filesystem.ts'
import { memoryStorage } from './memory.ts'

const storages = new Map<string, (url: string) => Storage>([
  ['file', url => filesystemStorage(pathOf(url))],
  ['memory', () => memoryStorage()],
])

/** Opens `file:///path`, `file:relative/path`, a plain path, or `memory:`. Throws `config_invalid` for anything else. */
export function openStorage(url: string): Storage {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  const open = storages.get(scheme ?? 'file')
  if (open) return open(url)
  const known = [...storages.keys()].map(name => `${name}:`).join(', ')
  throw new AppError('config_invalid', `There is no storage for "${scheme}:"; there are ${known} and plain paths`)
}

function pathOf(url: string): string {
  return /^file:\/\/\//i.test(url) ? fileURLToPath(url) : resolve(url.replace(/^file:(\/\/)?/i, ''))
}
