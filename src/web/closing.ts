// closing: while a server closes, whoever waits for an answer may get it, and nobody else can hold it up for long.
import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export type Patience = {
  /** For those who still send a request, take their answer slowly, or want nothing. */
  readonly lingerMs: number
  /** For those whose answer is still being worked on, who then have as long as all others to take it. */
  readonly answerMs: number
}

/**
 * Call it before the server listens. The answer is to be called when it begins to close: from then on connections are
 * cut whose time is over, until what that answers is called.
 */
export function watchConnections(server: Server): (patience: Patience) => () => void {
  const sockets = new Set<Socket>()
  const calls = new Set<ServerResponse>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (_request, response) => {
    calls.add(response)
    response.once('close', () => calls.delete(response))
  })
  return ({ lingerMs, answerMs }) => {
    const startedAt = performance.now()
    const lingersSince = new Map<Socket, number>()
    const look = () => {
      const now = performance.now()
      if (now - startedAt < answerMs)
        for (const { socket } of [...calls].filter(isWorkedOn)) if (socket) lingersSince.set(socket, now)
      for (const socket of sockets) if (now - (lingersSince.get(socket) ?? startedAt) >= lingerMs) socket.destroy()
    }
    const looking = setInterval(look, LOOK_MS)
    return () => clearInterval(looking)
  }
}

const LOOK_MS = 100

// The whole request has come, and nothing has been answered yet.
function isWorkedOn({ req, headersSent }: ServerResponse): boolean {
  return req.complete && !headersSent
}
