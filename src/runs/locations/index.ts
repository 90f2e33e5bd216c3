// index: locations of every scheme there is, as the rest of the engine uses them.
import { quote, refused } from '../../storage/locations.ts'
import type { Copied } from '../../storage/publish.ts'
import type { Approve, Destinations, Located, LocationScheme } from './contract.ts'

export interface Locations {
  /** Checks the spelling and answers the one that stands for all others. Throws `location_refused`. */
  check(use: 'source' | 'destination', location: string): string
  /** What lies there now. Throws `source_missing`, `location_refused`, `unavailable`. */
  locate(location: string, owner: string, signal?: AbortSignal): Promise<Located>
  /** Copies `file` there in one step, once `approve` has not thrown. Throws `location_refused`, `unavailable`. */
  publish(file: string, location: string, owner: string, approve: Approve, signal: AbortSignal): Promise<Copied>
}

export function openLocations(schemes: readonly LocationScheme[]): Locations {
  const byName = new Map(schemes.flatMap(scheme => scheme.names.map(name => [name, scheme] as const)))
  const find = (location: string): LocationScheme => {
    const name = /^([a-z][a-z0-9+.-]*):/i.exec(location)?.[1]?.toLowerCase() ?? 'file'
    const scheme = byName.get(name)
    if (scheme) return scheme
    const known = [...byName.keys()].map(each => `${each}:`).join(', ')
    throw refused(location, `there is no scheme ${quote(name)}; there are bare names, ${known}`)
  }
  const destinations = (location: string): Destinations => {
    const scheme = find(location)
    if (scheme.destinations) return scheme.destinations
    throw refused(location, `nothing can be written to ${scheme.names[0]}:`)
  }
  return {
    check: (use, location) =>
      use === 'source' ? find(location).checkSource(location) : destinations(location).check(location),
    locate: (location, owner, signal) => find(location).locate(location, owner, signal),
    publish: (file, location, owner, approve, signal) =>
      destinations(location).publish(file, location, owner, approve, signal),
  }
}
