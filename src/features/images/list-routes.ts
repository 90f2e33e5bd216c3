// list-routes: GET /api/v1/jobs: the caller's jobs, newest first, page by page.
import { securityOf } from '../../web/openapi.ts'
import type { Api } from '../../web/server.ts'
import { refusals } from './answer-schemas.ts'
import { toListedJob } from './jobs.ts'
import * as schemas from './schemas.ts'
import type { ImageServices } from './services.ts'

export function listRoute(api: Api, { runs, gallery, auth }: ImageServices): void {
  const schema = {
    operationId: 'listJobs',
    security: securityOf(auth),
    summary: 'Jobs, newest first',
    tags: ['jobs'],
    querystring: schemas.jobQuery,
    response: { 200: schemas.jobPage, ...refusals },
  }
  api.get('/api/v1/jobs', { schema }, async ({ query, viewer }) => {
    const { page, per_page: limit, status, model, created_after: after, created_before: before } = query
    const found = await runs.list({
      ...{ door: 'images', viewer, limit, offset: (page - 1) * limit },
      ...(status && { status }),
      ...(model !== undefined && { requestHas: { model } }),
      ...(after !== undefined && { createdAfter: new Date(after) }),
      ...(before !== undefined && { createdBefore: new Date(before) }),
    })
    const completed = found.runs.filter(run => run.status === 'completed')
    const media = Map.groupBy(await gallery.of(completed.map(({ id }) => id)), ({ runId }) => runId)
    return {
      jobs: found.runs.map(run => toListedJob(run, media.get(run.id) ?? [])),
      total: found.total,
      ...{ page, per_page: limit, has_next: page * limit < found.total, has_prev: page > 1 },
    }
  })
}
