// file: bare names and `file:` URIs: files in the folders of this machine that callers may use.
import type { Mounts } from '../../storage/mounts.ts'
import type { LocationScheme } from './contract.ts'

export function fileScheme(mounts: Mounts): LocationScheme {
  return {
    names: ['file'],
    checkSource: mounts.checkSource,
    async locate(location, owner) {
      const source = await mounts.source(location, owner)
      return { kind: 'file', ...source, isSame: () => mounts.same(source) }
    },
    destinations: {
      check: mounts.destination,
      publish: (file, location, owner, approve) => mounts.publish(file, { location, owner }, approve),
    },
  }
}
