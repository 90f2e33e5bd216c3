// log: JSON lines on stderr. Errors tell what went wrong and where, and nothing of what they were about.
import { type Logger, pino } from 'pino'

export function openLog(level: string): Logger {
  return pino({ level, serializers: { err: toLine } }, pino.destination({ dest: 2, sync: true }))
}

/**
 * A database's errors carry the statement with all its values, and an object store's the request with its signature:
 * among them are keys, secrets and signed URLs.
 */
export function toLine(thrown: unknown): object {
  if (!(thrown instanceof Error)) return { message: String(thrown) }
  const { type, message, stack } = pino.stdSerializers.err(thrown)
  const { code } = thrown as NodeJS.ErrnoException
  const errors = thrown instanceof AggregateError ? thrown.errors.map(toLine) : undefined
  return { type, message, stack, ...(code !== undefined && { code }), ...(errors && { errors }) }
}
