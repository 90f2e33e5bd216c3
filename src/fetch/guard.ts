// guard: which URLs may be called, by their spelling, and which addresses may be connected to in the end.
import { isIP } from 'node:net'
import { isPublic } from './addresses.ts'
import { hostOf, readAllowed } from './allowed.ts'
import { NOT_CALLED, refused } from './refusals.ts'

export type Guard = {
  /** The URL in the one spelling that is used from here on. Throws `location_refused`. */
  read(written: string): URL
  /** Whether a connection may be made to this address, in its canonical spelling, on behalf of this host. */
  mayConnect(host: string, port: number, address: string): boolean
}

const LONGEST = 4096
// Where HTTP is served. Others speak with databases, mail servers and the like.
const PORTS: ReadonlySet<number> = new Set([80, 443, 8080, 8443])
// Names whose addresses are known without asking.
const LOOPBACK = ['127.0.0.1', '::1']
const METADATA = ['169.254.169.254']
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'instance-data', 'instance-data.ec2.internal'])

export function openGuard(allow: readonly string[]): Guard {
  const allowed = readAllowed(allow)
  const mayConnect = (host: string, port: number, address: string) =>
    allowed.host(host, port) ||
    allowed.host(address, port) ||
    allowed.address(address) ||
    (PORTS.has(port) && isPublic(address))

  return {
    mayConnect,
    read(written) {
      const url = parse(written)
      const [host, port] = [hostOf(url), portOf(url)]
      if (allowed.host(host, port)) return url
      const addresses = knownAddresses(host)
      if (addresses) {
        if (!addresses.some(address => mayConnect(host, port, address))) throw refused(url, NOT_CALLED)
      } else if (!PORTS.has(port)) throw refused(url, `its port is not one of ${[...PORTS].join(', ')}`)
      return url
    },
  }
}

/** The number, also where a URL leaves it out. */
export function portOf({ port, protocol }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80))
}

function parse(written: string): URL {
  if (written.length > LONGEST) throw refused(undefined, 'it is too long')
  // A URL parser drops or turns these, so that people and programs would read two different hosts.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to refuse
  if (!written.isWellFormed() || /[\u0000-\u0020\u007f\\]/.test(written))
    throw refused(undefined, 'it contains a blank, a control character or a backslash')
  const url = URL.parse(written)
  if (!url) throw refused(undefined, 'it is not a URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw refused(undefined, 'only http:// and https:// can be called')
  if (url.username || url.password) throw refused(url, 'it contains credentials')
  const host = hostOf(url)
  if (host.length > 253 || host.split('.').includes('')) throw refused(url, 'its host is not a name')
  url.hostname = isIP(host) === 6 ? `[${host}]` : host
  url.hash = ''
  return url
}

function knownAddresses(host: string): readonly string[] | undefined {
  if (isIP(host)) return [host]
  if (host === 'localhost' || host === 'localhost.localdomain' || host.endsWith('.localhost')) return LOOPBACK
  return METADATA_NAMES.has(host) ? METADATA : undefined
}
