// routes: the page where a person makes motion photos, at `/` of its listener.
import { readPage } from '../../../web/page/assets.ts'
import { servePage } from '../../../web/page/routes.ts'
import type { Api } from '../../../web/server.ts'

/** Adds the page to a listener that has nothing at `/`. */
export async function pageRoutes(api: Api): Promise<void> {
  const page = await readPage(new URL('browser/', import.meta.url))
  // Clips and results are blobs of the page's own.
  servePage(api, { ...page, path: '/', policy: ["media-src 'self' blob:"] })
}
