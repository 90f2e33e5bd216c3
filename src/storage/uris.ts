// uris: the storage module for programs of your own: objects on S3 and files, by URI.
import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { AppError, isErrno } from '../lib/errors.ts'
import { quote, refused } from './locations.ts'
import { openS3, type S3Options } from './s3/client.ts'
import { deleteObject } from './s3/delete.ts'
import { headObject } from './s3/head.ts'
import { parseS3Location } from './s3/place.ts'
import { openForReading } from './s3/read.ts'
import { uploadStream } from './s3/upload.ts'

export type { S3Options }

/** What can be done to `s3://bucket/key` and `file:///absolute/path`. Everything else is `location_refused`. */
export interface UriStorage {
  exists(uri: string): Promise<boolean>
  /** Throws `source_missing`. */
  get(uri: string): Promise<Readable>
  /** Writes the whole object or nothing, in place of what was there; makes missing folders. */
  put(uri: string, body: Readable | Uint8Array | string): Promise<void>
  /** Deleting what is not there is fine. */
  delete(uri: string): Promise<void>
  /** Lets go of the connections. */
  close(): Promise<void>
}

/**
 * For S3 it takes what the AWS SDK finds: credentials, AWS_REGION, AWS_ENDPOINT_URL. There are no mounts and no lists
 * of what is allowed here: do not hand it URIs of people whom you do not trust.
 */
export function openUriStorage(options: S3Options = {}): UriStorage {
  const s3 = openS3(options)
  return {
    async exists(uri) {
      try {
        if (!isFile(uri)) await headObject(s3, parseS3Location(uri))
        else return (await stat(pathOf(uri))).isFile()
        return true
      } catch (error) {
        if (isAbsent(error)) return false
        throw error
      }
    },
    async get(uri) {
      return isFile(uri) ? await readFile(uri) : await openForReading(s3, parseS3Location(uri))
    },
    async put(uri, body) {
      const stream = body instanceof Readable ? body : Readable.from([body])
      if (isFile(uri)) await writeFile(pathOf(uri), stream)
      else await uploadStream(s3, stream, parseS3Location(uri))
    },
    async delete(uri) {
      if (isFile(uri)) await rm(pathOf(uri), { force: true })
      else await deleteObject(s3, parseS3Location(uri))
    },
    close: () => s3.close(),
  }
}

function isFile(uri: string): boolean {
  return /^file:/i.test(uri)
}

function pathOf(uri: string): string {
  if (!/^file:\/\/\/[^?#]*[^?#/]$/i.test(uri)) throw refused(uri, 'write file:///absolute/path')
  try {
    return fileURLToPath(uri)
  } catch {
    throw refused(uri, 'its percent-encoding is broken')
  }
}

function isAbsent(error: unknown): boolean {
  return isErrno(error, 'ENOENT') || isErrno(error, 'ENOTDIR') || isMissing(error)
}

function isMissing(error: unknown): boolean {
  return error instanceof AppError && error.code === 'source_missing'
}

async function readFile(uri: string): Promise<Readable> {
  const missing = (cause?: unknown) => new AppError('source_missing', `There is no file at ${quote(uri)}`, { cause })
  const handle = await open(pathOf(uri)).catch(error => {
    throw isAbsent(error) ? missing(error) : error
  })
  if ((await handle.stat()).isFile()) return handle.createReadStream()
  await handle.close()
  throw missing()
}

async function writeFile(path: string, body: Readable): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const incoming = join(dirname(path), `.${basename(path).slice(0, 100)}-${randomUUID()}.part`)
  try {
    await pipeline(body, createWriteStream(incoming, { flags: 'wx', flush: true }))
    await rename(incoming, path)
  } catch (error) {
    await rm(incoming, { force: true })
    throw error
  }
}
