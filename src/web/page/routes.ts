// routes: a page and the files that it is made of, under a policy that lets nothing foreign and nothing inline run.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from '../server.ts'
import type { Asset, PageAssets } from './assets.ts'

export type Page = PageAssets & {
  /** Where the page is: `/images`; or `/`, the folder that the listener or its prefix is. */
  readonly path: string
  /** What pages usually do not need, such as `media-src 'self' blob:`. */
  readonly policy?: readonly string[]
}

/** Pages need no credentials; the calls that they make do. */
export function servePage(api: Api, { path, html, files, policy = [] }: Page): void {
  const hidden = { schema: { hide: true } as object }
  const contentPolicy = [...POLICY, ...policy].join('; ')
  api.get(path, { ...hidden, prefixTrailingSlash: 'slash' }, (request, reply) => {
    reply.headers({ 'content-security-policy': contentPolicy, 'cache-control': 'no-cache' })
    return send(html, request, reply)
  })
  // What the page names is relative to where it is: there is one such place.
  const other = path === '/' ? '' : `${path}/`
  const home = api.prefix + path
  if (api.prefix + other !== '') api.get(other, hidden, (_request, reply) => reply.redirect(home, 308))
  for (const [name, asset] of files) {
    api.get(`/${name}`, hidden, (request, reply) => {
      // What is at this address never changes: another text has another address.
      reply.header('cache-control', 'public, max-age=31536000, immutable')
      return send(asset, request, reply)
    })
  }
}

// Blobs are the page's own.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self' blob:",
  "img-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]

function send(asset: Asset, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  // It varies already with who asks, where pages of other origins may.
  const vary = [reply.getHeader('vary') ?? [], 'accept-encoding'].flat().join(', ')
  reply.headers({ etag: asset.etag, vary, 'content-type': asset.type })
  // RFC 9110, 13.1.2: a list, or a star, compared weakly.
  const known = headers['if-none-match']?.split(',').map(tag => tag.trim().replace(/^W\//, ''))
  if (known?.some(tag => tag === asset.etag || tag === '*')) return reply.code(304).send()
  if (!/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers['accept-encoding'] ?? ''))
    return reply.send(asset.body)
  return reply.header('content-encoding', 'gzip').send(asset.gzip)
}
