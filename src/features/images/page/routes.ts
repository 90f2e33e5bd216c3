// routes: the page where a person tries prompts and sees what came of them, at `/images` of its listener.
import { readPage } from '../../../web/page/assets.ts'
import { servePage } from '../../../web/page/routes.ts'
import type { Api } from '../../../web/server.ts'

/** Adds the page beside the routes that it calls. */
export async function imagesPageRoutes(api: Api): Promise<void> {
  servePage(api, { ...(await readPage(new URL('browser/', import.meta.url), 'images/')), path: '/images' })
}
