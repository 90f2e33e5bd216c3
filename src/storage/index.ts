// index: the storages there are, by the scheme of the URL that names them.
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '../lib/errors.ts'
import type { Storage } from './contract.ts'
import { filesystemStorage } from './filesystem.ts'
import { memoryStorage } from './memory.ts'
import { openS3 } from './s3/client.ts'
import { parseS3Root, type S3Place } from './s3/place.ts'
import { s3Storage } from './s3/storage.ts'

const storages = new Map<string, (url: string) => Storage>([
  ['file', url => filesystemStorage(pathOf(url))],
  ['memory', () => memoryStorage()],
  ['s3', url => s3Storage(openS3(), rootOf(url))],
])

/** Opens `file:///path`, `file:relative/path`, a plain path, `s3://bucket/prefix`, or `memory:`. Throws `config_invalid`. */
export function openStorage(url: string): Storage {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  const open = storages.get(scheme ?? 'file')
  if (open) return open(url)
  const known = [...storages.keys()].map(name => `${name}:`).join(', ')
  throw new AppError('config_invalid', `There is no storage for "${scheme}:"; there are ${known} and plain paths`)
}

function rootOf(url: string): S3Place {
  try {
    return parseS3Root(url)
  } catch (cause) {
    throw new AppError('config_invalid', cause instanceof Error ? cause.message : '', { cause })
  }
}

function pathOf(url: string): string {
  return /^file:\/\/\//i.test(url) ? fileURLToPath(url) : resolve(url.replace(/^file:(\/\/)?/i, ''))
}
