// addresses: which IP addresses belong to everybody, and which to a machine or a network that callers have no business in.
import { BlockList, isIP } from 'node:net'

// IANA's special-purpose registries (RFC 6890), and one public address at which a cloud keeps its machines' settings.
const SPECIAL_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
// Of IPv6 only 2000::/3 is in public use: the first three are everything else (loopback, NAT64, fc00::/7, fe80::/10 …).
const SPECIAL_V6 = [
  '::/3',
  '4000::/2',
  '8000::/1',
  '2001::/23',
  '2001:db8::/32',
  // Teredo above and 6to4 here carry an IPv4 address inside, which could be any.
  '2002::/16',
  '3fff::/20',
]

/** Networks such as `10.0.0.0/8`, asked about addresses in their canonical spelling. */
export type Networks = { has(address: string): boolean }

/** Throws TypeError where one of them is not a network. */
export function readNetworks(networks: readonly string[]): Networks {
  // Two lists: in one, Node would hold `::/3` against IPv4 addresses as well, by their mapped form.
  const lists = { 4: new BlockList(), 6: new BlockList() }
  for (const network of networks) {
    const [, base = '', bits = ''] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(network) ?? []
    const version = isIP(base)
    if (version !== 4 && version !== 6) throw new TypeError(`${network} is not a network`)
    lists[version].addSubnet(base, Number(bits), version === 4 ? 'ipv4' : 'ipv6')
  }
  return {
    has(address) {
      const version = isIP(address)
      if (version === 4) return lists[4].check(address, 'ipv4')
      return version === 6 && lists[6].check(address, 'ipv6')
    },
  }
}

const SPECIAL = readNetworks([...SPECIAL_V4, ...SPECIAL_V6])

/** Of an address in its canonical spelling. */
export function isPublic(address: string): boolean {
  return isIP(address) !== 0 && !SPECIAL.has(address)
}

/** The one spelling of an address, IPv4 where IPv6 only wraps it; undefined for anything else, and for one with a zone. */
export function canonicalAddress(address: string): string | undefined {
  if (isIP(address) === 4) return address
  if (isIP(address) !== 6) return undefined
  const canonical = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1)
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical ?? '')
  if (!mapped) return canonical
  const bytes = mapped.slice(1).flatMap(group => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
  return bytes.join('.')
}
