// routes: the page where a person makes motion photos, at `/` of its listener, and the files that it is made of.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../../../web/server.ts'
import { type Asset, readPage } from './assets.ts'

/** Adds the page to a listener that has nothing at `/`. The page needs no credentials; the calls it makes do. */
export async function pageRoutes(api: Api): Promise<void> {
  const { html, files } = await readPage()
  const hidden = { schema: { hide: true } as object }
  api.get('/', { ...hidden, prefixTrailingSlash: 'slash' }, (request, reply) => {
    reply.headers({ 'content-security-policy': POLICY, 'cache-control': 'no-cache' })
    return send(html, request, reply)
  })
  // Below a prefix, what the page names would be looked for beside it.
  if (api.prefix !== '') api.get('', hidden, (_request, reply) => reply.redirect(`${api.prefix}/`, 308))
  for (const [path, asset] of files) {
    api.get(`/${path}`, hidden, (request, reply) => {
      // What is at this address never changes: another text has another address.
      reply.header('cache-control', 'public, max-age=31536000, immutable')
      return send(asset, request, reply)
    })
  }
}

// Clips and results are blobs of the page's own; nothing comes from anywhere else.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self' blob:",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

function send(asset: Asset, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.headers({ etag: asset.etag, vary: 'accept-encoding', 'content-type': asset.type })
  // RFC 9110, 13.1.2: a list, or a star, compared weakly.
  const known = headers['if-none-match']?.split(',').map(tag => tag.trim().replace(/^W\//, ''))
  if (known?.some(tag => tag === asset.etag || tag === '*')) return reply.code(304).send()
  if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers['accept-encoding'] ?? ''))
    return reply.send(asset.body)
  return reply.header('content-encoding', 'gzip').send(asset.gzip)
}
