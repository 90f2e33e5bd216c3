// owner-socket: where the process that owns a data directory answers commands that are started beside it.
import { chmod, mkdtemp, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { AppError, toAppError } from '../lib/errors.ts'
import { shortPath, socketPath } from './owner-path.ts'

/** By name: what can be asked of an owner. Input is untrusted JSON, the answer is JSON. */
export type OwnerCommands = Readonly<Record<string, (input: unknown) => Promise<unknown>>>

export type OwnerSocket = {
  /** Answers what has been asked, and is gone. */
  close(): Promise<void>
}

/** One JSON request and one JSON answer a connection; only this machine's user can connect (mode 0600). */
export async function openOwnerSocket(
  directory: string,
  commands: OwnerCommands,
  patienceMs = PATIENCE_MS,
): Promise<OwnerSocket> {
  const asking = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    asking.add(socket.on('error', () => socket.destroy()).on('close', () => asking.delete(socket)))
    socket.setTimeout(patienceMs, () => socket.destroy())
    void ask(socket)
      .then(request => {
        asking.delete(socket.setTimeout(0))
        return reply(request, commands)
      })
      // Whoever does not read the answer does not hold up our end.
      .then(answer => socket.setTimeout(patienceMs).end(answer))
      .catch(() => socket.destroy())
  })
  await appear(server, directory)
  return {
    async close() {
      await unlink(socketPath(directory)).catch(() => undefined)
      const closed = new Promise(resolve => server.close(resolve))
      for (const socket of asking) socket.destroy()
      await closed
    },
  }
}

// Whoever connects has the question ready.
const PATIENCE_MS = 5000
// Of what people type; and nobody needs more than this to ask for anything.
const LONGEST_REQUEST_BYTES = 4 << 20

async function ask(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > LONGEST_REQUEST_BYTES) throw new AppError('request_too_large', 'The command is too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

async function reply(request: string, commands: OwnerCommands): Promise<string> {
  try {
    const { command, input } = JSON.parse(request) as { command: string; input: unknown }
    const run = Object.hasOwn(commands, command) ? commands[command] : undefined
    return JSON.stringify(run ? { answer: await run(input) } : { unknown: String(command) })
  } catch (thrown) {
    const { code, message, details } = toAppError(thrown)
    return JSON.stringify({ error: { code, message, details } })
  }
}

// A socket gets its mode only after it is there: so it is made in a directory that is nobody else's, and then moved to
// its place, over what a process that was killed may have left.
async function appear(server: Server, directory: string): Promise<void> {
  const nursery = await mkdtemp(`${socketPath(directory)}-`)
  const newborn = socketPath(nursery)
  try {
    await using short = await shortPath(newborn)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    server.once('error', reject).listen(short.path, resolve)
    await promise
    await chmod(newborn, 0o600)
    await rename(newborn, socketPath(directory))
  } catch (error) {
    server.close()
    await rm(newborn, { force: true })
    throw error
  } finally {
    await rmdir(nursery)
  }
}
