// dial: a connection to an address that has been looked at, and to no other.
import { lookup } from 'node:dns/promises'
import { isIP, type Socket } from 'node:net'
import { buildConnector } from 'undici'
import { isErrno } from '../lib/errors.ts'
import { canonicalAddress } from './addresses.ts'
import { hostOf } from './allowed.ts'
import type { Errand } from './errand.ts'
import type { Guard } from './guard.ts'
import { portOf } from './guard.ts'
import { NOT_CALLED, refused } from './refusals.ts'

/** The addresses of a host, best first. */
export type Resolver = (host: string) => Promise<readonly string[]>

const MOST_ADDRESSES = 4

export const systemResolver: Resolver = async host => (await lookup(host, { all: true })).map(({ address }) => address)

/**
 * A connector for one request. The host is looked up once, every address is held against the guard, and the socket is
 * opened to the address itself: nobody asks the resolver a second time, so that it cannot answer differently.
 */
export function pinnedConnector(options: {
  guard: Guard
  resolve: Resolver
  connectMs: number
  errand: Errand
  over: AbortSignal
}): buildConnector.connector {
  // No TLS session of one request may vouch for another.
  const connect = buildConnector({ timeout: options.connectMs, allowH2: false, maxCachedSessions: 0 })
  return (target, callback) => {
    dial(connect, target, options).then(
      socket => callback(null, socket),
      thrown => callback(thrown instanceof Error ? thrown : new Error(String(thrown)), null),
    )
  }
}

async function dial(
  connect: buildConnector.connector,
  target: buildConnector.Options,
  { guard, resolve, errand, over }: Omit<Parameters<typeof pinnedConnector>[0], 'connectMs'>,
): Promise<Socket> {
  const url = new URL(`${target.protocol}//${target.host ?? target.hostname}`)
  const [host, port] = [hostOf(url), portOf(url)]
  const addresses = (await lookUp(host, resolve)).flatMap(found => canonicalAddress(found) ?? [])
  const permitted = addresses.filter(address => guard.mayConnect(host, port, address))
  if (permitted.length === 0) throw refused(errand.url, NOT_CALLED)
  // Certificates are held against the name, not against the address.
  const name = target.protocol === 'https:' && !isIP(host) ? { servername: host } : { servername: '' }
  let failure: unknown
  for (const address of permitted.slice(0, MOST_ADDRESSES)) {
    over.throwIfAborted()
    try {
      return await opened(connect, { ...target, ...name, hostname: address, port: String(port) })
    } catch (thrown) {
      failure = thrown
    }
  }
  throw failure
}

// A name that is not there looks like one that may not be called: whoever asks learns nothing about names inside.
async function lookUp(host: string, resolve: Resolver): Promise<readonly string[]> {
  if (isIP(host)) return [host]
  return await resolve(host).catch(error => {
    if (isErrno(error, 'ENOTFOUND') || isErrno(error, 'ENODATA')) return []
    throw error
  })
}

function opened(connect: buildConnector.connector, target: buildConnector.Options): Promise<Socket> {
  return new Promise((resolve, reject) => {
    connect(target, (error, socket) => (socket ? resolve(socket) : reject(error)))
  })
}
