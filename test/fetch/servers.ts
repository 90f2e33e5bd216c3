// servers: HTTP servers on this machine that behave as a test needs, and count who comes.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { type Fetcher, openFetcher } from '../../src/fetch/open.ts'

export type Served = AsyncDisposable & {
  readonly url: string
  readonly port: number
  /** Every request (or, of `serveSockets`, every connection) so far. */
  readonly hits: readonly string[]
  /** Resolves when nobody is connected any more. */
  left(): Promise<void>
}

type Place = { readonly address: string; readonly port: number }

const ANYWHERE: Place = { address: '127.0.0.1', port: 0 }

export async function serve(listener: RequestListener, place = ANYWHERE): Promise<Served> {
  const hits: string[] = []
  const server = createServer((request, response) => {
    hits.push(`${request.method} ${request.url}`)
    listener(request, response)
  })
  return await listen(server, hits, place)
}

/** The same below HTTP: `talk` has the socket once the request has begun to arrive. */
export async function serveSockets(talk: (socket: Socket, hit: number) => void): Promise<Served> {
  const hits: string[] = []
  const server = createTcpServer(socket => {
    socket.on('error', () => undefined)
    socket.once('data', data => talk(socket, hits.push(String(data).split('\r\n')[0] ?? '')))
  })
  return await listen(server, hits, ANYWHERE)
}

/** Loopback is allowed, and nobody waits long. */
export function tolerant(options: Partial<Parameters<typeof openFetcher>[0]> = {}): Fetcher {
  const limits = { retryMs: 1, headersMs: 5000, ...options.limits }
  return openFetcher({ allow: ['127.0.0.0/8'], maxBytes: 10_000_000, ...options, limits })
}

/** Serves bytes as a good server does: tags, ranges, conditions. `state` may change between two requests. */
export function serveBytes(state: { bytes: Buffer; etag: string }) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const { bytes, etag } = state
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    response.setHeader('etag', etag).setHeader('accept-ranges', 'bytes')
    if (request.headers['if-match'] && request.headers['if-match'] !== etag) return response.writeHead(412).end()
    const [from, to] = [Number(range?.[1] ?? 0), Math.min(Number(range?.[2] ?? bytes.length), bytes.length - 1)]
    const body = bytes.subarray(from, to + 1)
    response.writeHead(range ? 206 : 200, {
      'content-length': body.length,
      ...(range && { 'content-range': `bytes ${from}-${to}/${bytes.length}` }),
    })
    return response.end(request.method === 'HEAD' ? undefined : body)
  }
}

async function listen(server: Server, hits: readonly string[], { address, port }: Place): Promise<Served> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(port, address)
  await once(server, 'listening')
  const { port: taken } = server.address() as AddressInfo
  return {
    ...{ port: taken, url: `http://${address}:${taken}`, hits },
    async left() {
      for (const socket of sockets) await once(socket, 'close')
    },
    async [Symbol.asyncDispose]() {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, 'close')
    },
  }
}
