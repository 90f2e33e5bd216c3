// raw: requests as bytes on a socket, since every HTTP client would correct what is wrong with them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'

export type Answered = { readonly status: number; readonly head: string; readonly body: string }

/** Longer than the server has patience for headers; a server that says nothing until then hangs. */
const LONGEST_MS = 20_000

/** Everything that is answered until the server hangs up. */
export async function send(port: number, bytes: string | Buffer): Promise<Answered> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  // A server that refuses early hangs up while we are still writing.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(bytes)
  await once(socket, 'close', { signal: AbortSignal.timeout(LONGEST_MS) }).finally(() => socket.destroy())
  const text = Buffer.concat(chunks).toString()
  const [head = '', ...rest] = text.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') }
}

export type Words = {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer | undefined
  readonly version?: string
}

/** A request with good credentials, in which everything else may be bad. */
export function request(token: string, method: string, target: string, words: Words = {}): Buffer {
  const { headers = {}, body, version = 'HTTP/1.1' } = words
  const usual: Record<string, string> = {
    host: 'kinora.test:8081',
    authorization: `Bearer ${token}`,
    connection: 'close',
    ...(body !== undefined && { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
  }
  const lines = Object.entries({ ...usual, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.concat([
    Buffer.from(`${method} ${target} ${version}\r\n${lines.join('')}\r\n`, 'latin1'),
    Buffer.from(body ?? ''),
  ])
}

/** In the words of the pipelines document: `{error, message, code}`, and the status once more. */
export function assertRefused({ status, head, body }: Answered, label: string): void {
  assert.ok(status >= 400 && status < 500, `${label}: ${head.split('\r\n')[0]} ${body.slice(0, 200)}`)
  assert.match(head, /content-type: application\/json/i, label)
  const said = JSON.parse(body) as { error: string; message: string; code: number }
  assert.deepEqual([typeof said.error, typeof said.message, said.code], ['string', 'string', status], label)
  assert.doesNotMatch(body, /node_modules|\/work\/|\/tmp\/|at \w+ \(|select |insert |FST_|ERR_|HPE_/, label)
}
