// allowed: what the operator permits although it is private: hosts, hosts with a port, and networks.
import { canonicalAddress, readNetworks } from './addresses.ts'

export type Allowed = {
  /** A host, by its canonical name or address. */
  host(host: string, port: number): boolean
  /** An address, because it lies in a network. */
  address(address: string): boolean
}

/** Reads `minio`, `minio:9000`, `10.1.2.3`, `[::1]:9000` and `10.0.0.0/8`. Throws TypeError at anything else. */
export function readAllowed(entries: readonly string[]): Allowed {
  const networks = readNetworks(entries.filter(entry => entry.includes('/')))
  const hosts = new Set(entries.filter(entry => !entry.includes('/')).map(readHost))
  return {
    host: (host, port) => hosts.has(host) || hosts.has(`${host} ${port}`),
    address: networks.has,
  }
}

export function isAllowEntry(entry: string): boolean {
  try {
    return readAllowed([entry]) !== undefined
  } catch {
    return false
  }
}

// As `host` or `host port`, in the spelling that URLs are brought into.
function readHost(entry: string): string {
  const address = canonicalAddress(entry)
  if (address) return address
  const [, host = '', port] = /^(\[[0-9a-f.:]+\]|[^\s:/@?#[\]\\%*]+)(?::(\d{1,5}))?$/i.exec(entry) ?? []
  const name = hostOf(URL.parse(`http://${host}/`))
  if (!host || !name || Number(port ?? 1) > 65_535 || Number(port ?? 1) < 1)
    throw new TypeError(`${entry} is not a host, a host with a port, or a network`)
  return port ? `${name} ${Number(port)}` : name
}

/** The host of a URL without brackets and the final dot; an address in its canonical spelling. */
export function hostOf(url: URL | null): string {
  const bare = (url?.hostname ?? '').replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return canonicalAddress(bare) ?? bare
}
