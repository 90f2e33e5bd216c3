// address: where a request comes from, whom we believe who says that it comes from elsewhere, and where we are to be found.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { canonicalAddress, readNetworks } from '../fetch/addresses.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What callers put in front of a path to come back, without a slash at the end. */
    readonly baseUrl: string
  }
}

/** Which addresses may say for whom they call. */
export type IsProxy = (address: string) => boolean

/** Reads addresses, networks (`10.0.0.0/8`) and the word `loopback`. Throws TypeError at anything else. */
export function readProxies(entries: readonly string[]): IsProxy {
  const networks = readNetworks(entries.flatMap(entry => (entry === 'loopback' ? LOOPBACK : networkOf(entry))))
  return address => networks.has(canonicalAddress(address) ?? '')
}

export function isProxyEntry(entry: string): boolean {
  try {
    return readProxies([entry]) !== undefined
  } catch {
    return false
  }
}

/** The caller's address, as limits count: whoever has one address of IPv6 has all of its /64. */
export function addressOf({ ip }: Pick<FastifyRequest, 'ip'>): string {
  const address = canonicalAddress(ip) ?? ip
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length)
  const all = [...groups, ...Array<string>(missing).fill('0'), ...(tail ? tail.split(':') : [])]
  return `${all.slice(0, 4).join(':')}::/64`
}

/** Call before the routes are there. `publicUrl` is how the outside knows us, whatever the request says. */
export function knowAddresses(api: FastifyInstance, publicUrl: string | undefined): void {
  api.decorateRequest('baseUrl', {
    getter() {
      if (publicUrl !== undefined) return publicUrl
      const base = URL.parse(`${this.protocol}://${this.host}`)
      // A proxy may pass on a protocol that somebody made up.
      return base && /^https?:$/.test(base.protocol) ? base.origin : 'http://localhost'
    },
  })
}

/** What a request asks for, without the host and the user that a client may write before it (RFC 9112, 3.2.2). */
export function targetOf({ url }: Pick<FastifyRequest, 'url'>): { readonly path: string; readonly search: string } {
  const [, path = url, search = ''] = /^(?:https?:\/\/[^/?#]*)?([^?]*)(.*)$/is.exec(url) ?? []
  return { path, search }
}

const LOOPBACK = ['127.0.0.0/8', '::1/128']

function networkOf(entry: string): string {
  const address = canonicalAddress(entry)
  if (address === undefined) return entry
  return `${address}/${address.includes(':') ? 128 : 32}`
}
