// paging: limit and offset in the query, the total and the neighbouring pages in the headers.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { targetOf } from './address.ts'

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many to answer'),
  offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0).describe('How many to leave out first'),
}

export type Page = { readonly limit: number; readonly offset: number; readonly total: number }

/** Sets `X-Total-Count`, and `Link` (RFC 8288) with the pages that there are. */
export function setPageHeaders(request: FastifyRequest, reply: FastifyReply, page: Page): void {
  const links = Object.entries(neighbours(page)).map(
    ([rel, offset]) => `<${pageUrl(request, page.limit, offset)}>; rel="${rel}"`,
  )
  reply.header('x-total-count', page.total).header('link', links.join(', '))
}

function neighbours({ limit, offset, total }: Page): Record<string, number> {
  const last = Math.max(0, Math.floor((total - 1) / limit) * limit)
  return {
    first: 0,
    ...(offset > 0 && { prev: Math.max(0, Math.min(offset - limit, last)) }),
    ...(offset + limit < total && { next: offset + limit }),
    last,
  }
}

function pageUrl(request: FastifyRequest, limit: number, offset: number): string {
  const { path, search } = targetOf(request)
  const url = new URL(`${request.baseUrl}${path}${search}`)
  url.searchParams.set('limit', String(limit))
  url.searchParams.set('offset', String(offset))
  return url.href
}
