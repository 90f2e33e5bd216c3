// owner-client: asks the process that owns a data directory, through its socket.
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { AppError, type ErrorCode, type Fault, isErrno } from '../lib/errors.ts'
import { shortPath, socketPath } from './owner-path.ts'

type Reply =
  | { readonly answer: unknown }
  | { readonly unknown: string }
  | { readonly error: { code: ErrorCode; message: string; details: Fault[] } }

/** Undefined when nobody is there to be asked. Throws what the command throws. */
export async function askOwner(directory: string, command: string, input: unknown): Promise<Reply | undefined> {
  const said = await exchange(directory, JSON.stringify({ command, input })).catch(error => {
    if (['ENOENT', 'ECONNREFUSED'].some(code => isErrno(error, code))) return undefined
    throw new AppError('unavailable', 'The running Kinora process does not answer', { cause: error })
  })
  if (said === undefined) return undefined
  if (said === '') throw new AppError('unavailable', 'The running Kinora process stopped before it had answered')
  const reply = JSON.parse(said) as Reply
  if ('error' in reply) throw new AppError(reply.error.code, reply.error.message, { details: reply.error.details })
  if ('unknown' in reply)
    throw new AppError('config_invalid', `The running Kinora process does not know ${command}: it is another version`)
  return reply
}

async function exchange(directory: string, request: string): Promise<string> {
  await using short = await shortPath(socketPath(directory))
  const socket = connect(short.path)
  await once(socket, 'connect')
  socket.end(request)
  return await text(socket)
}
