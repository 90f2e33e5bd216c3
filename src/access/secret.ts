// secret: what signs tokens: given by whoever runs this, or made once and kept where every process finds it.
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Database } from '../db/open.ts'
import { AppError, isErrno } from '../lib/errors.ts'

const NAME = 'jwt-secret'
const LEAST_BYTES = 32

export type SecretPlaces = {
  readonly db: Pick<Database, 'engine' | 'kysely'>
  /** The data directory. */
  readonly directory: string
  /** From the settings, which have looked at it. */
  readonly given: string | undefined
}

/** The secret as bytes. Throws `config_invalid` when what was kept is no secret. */
export async function openSecret({ db, directory, given }: SecretPlaces): Promise<Uint8Array> {
  const text = given ?? (db.engine === 'postgres' ? await fromDatabase(db) : await fromFile(join(directory, NAME)))
  const secret = new TextEncoder().encode(text)
  if (secret.length >= LEAST_BYTES) return secret
  const remedy = 'delete it, and a new one is made: tokens that were made with the old one end'
  throw new AppError('config_invalid', `The kept ${NAME} is damaged: ${remedy}`)
}

// Processes on several hosts share nothing but the database, and each must accept the tokens of the others.
async function fromDatabase({ kysely }: SecretPlaces['db']): Promise<string> {
  const fresh = { name: NAME, value: newSecret() }
  await kysely
    .insertInto('secrets')
    .values(fresh)
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const kept = await kysely.selectFrom('secrets').select('value').where('name', '=', NAME).executeTakeFirstOrThrow()
  return kept.value
}

async function fromFile(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(error => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  if (kept !== undefined) return kept.trim()
  await writeNew(path, `${newSecret()}\n`)
  return (await readFile(path, 'utf8')).trim()
}

// Whole or not at all, and never over a secret that somebody else has just made: a link fails where a rename replaces.
async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const incoming = `${path}.${randomBytes(6).toString('hex')}`
  const file = await open(incoming, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
    await link(incoming, path).catch(error => {
      if (!isErrno(error, 'EEXIST')) throw error
    })
  } finally {
    await file.close()
    await unlink(incoming)
  }
}

function newSecret(): string {
  return randomBytes(48).toString('base64url')
}
