// client-errors: what is so broken that it never becomes a request: slow or malformed HTTP, answered on the bare socket.
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { newId } from '../lib/ids.ts'
import { type Dialect, toRequestError } from './errors.ts'
import { SECURITY_HEADERS } from './headers.ts'

export function clientErrorHandler(dialect: Dialect): (thrown: Error, socket: Socket) => void {
  return (thrown, socket) => {
    // A client that has gone, or that has been answered half, cannot be told anything.
    if (!socket.writable || socket.bytesWritten > 0 || isReset(thrown)) return void socket.destroy()
    const error = toRequestError(Object.assign(thrown, { statusCode: 400 }))
    const body = JSON.stringify(dialect(error, newId('req')))
    const headers = Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.end(
      `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\nContent-Type: application/json; charset=utf-8\r\n${headers.join('')}` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      () => socket.destroySoon(),
    )
  }
}

function isReset(thrown: Error): boolean {
  return (thrown as NodeJS.ErrnoException).code === 'ECONNRESET'
}
