// http: `http://` and `https://`: what anybody's server sends, by way of the guarded fetcher.
import type { Fetcher } from '../../fetch/open.ts'
import { digestOf } from '../../lib/canonical-json.ts'
import type { LocationScheme } from './contract.ts'

export function httpScheme(fetcher: Fetcher): LocationScheme {
  return {
    names: ['http', 'https'],
    checkSource: fetcher.check,
    async locate(location, _owner, signal) {
      const inspected = await fetcher.inspect(location, { signal })
      const { sizeBytes, fingerprint } = inspected
      return {
        kind: 'elsewhere',
        ...(sizeBytes !== undefined && { sizeBytes }),
        // Remembered for long: neither the length nor the signature of a URL has any business there.
        ...(fingerprint !== undefined && { fingerprint: digestOf([fetcher.check(location), fingerprint]) }),
        async download(file, { signal, onProgress = () => undefined }) {
          const tell = (doneBytes: number) => onProgress(sizeBytes ? doneBytes / sizeBytes : 0)
          await fetcher.download(location, file, { inspected, signal, onProgress: tell })
        },
      }
    },
  }
}
