// teller: what a webhook says of a job: how it ended, in the document's words; that it began is told to nobody.
import type { Run, RunEvent } from '../../runs/run.ts'
import { askedOf, mediaUrl, retriesOf } from './jobs.ts'
import { mediaId } from './store.ts'
import { RETRIES } from './work.ts'

export function tellImageJob(run: Run, { type }: RunEvent): { readonly body: unknown } | undefined {
  const told = { job_id: run.id, status: run.status }
  switch (type) {
    case 'run.completed':
      return { body: { ...told, ...mediaTold(run) } }
    case 'run.failed': {
      const error_details = { retry_count: retriesOf(run), max_retries: RETRIES }
      return { body: { ...told, error: run.error?.message ?? 'It failed', error_details } }
    }
    case 'run.cancelled':
      return { body: told }
    default:
      return undefined
  }
}

// The document tells of one picture; where there are more, they are all in a list, too.
function mediaTold(run: Run) {
  const { baseUrl } = askedOf(run)
  const media = run.outputs.map(({ id: output }) => {
    const id = mediaId(run.id, output)
    return { media_url: mediaUrl(baseUrl, id), media_id: id }
  })
  return { ...media[0], ...(media.length > 1 && { media }) }
}
