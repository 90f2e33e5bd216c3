// unavailable: tells a database that cannot be reached from a statement that it refused.
import { AppError, isErrno } from '../lib/errors.ts'

const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
])
// Class 08 is a broken connection, 53300 too many of them, 57P0x a server that is going down or coming up; 57014 is a
// statement that had to wait too long, and 25P03 the end of a transaction in which we stood still.
const SERVER_CODES = /^(08...|53300|57P0[1-3]|57014|25P03)$/
// node-postgres has no code for what it finds out by itself.
const CLIENT_MESSAGES =
  /^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout exceeded when trying to connect|timeout expired)/

const DISK_FULL = '53100'

/** The same work, with `unavailable` in place of whatever a lost connection looks like, and `disk_full`. */
export async function reaching<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (isErrno(error, DISK_FULL))
      throw new AppError('disk_full', 'There is no space left on the disk of the database', { cause: error })
    if (!isConnectionFailure(error)) throw error
    throw new AppError('unavailable', 'The database cannot be reached', { cause: error })
  }
}

function isConnectionFailure(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.some(isConnectionFailure)
  if (!(error instanceof Error)) return false
  const { code = '' } = error as NodeJS.ErrnoException
  return SYSTEM_CODES.has(code) || SERVER_CODES.test(code) || CLIENT_MESSAGES.test(error.message)
}
