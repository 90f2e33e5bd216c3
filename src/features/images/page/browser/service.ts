// service: the calls that the page makes, with a token where the service wants one.
import { currentToken, withToken } from '../../../../web/page/browser/token.ts'
import type { Created, Job, JobPage, Models, Order, Status } from './answers.ts'
import { Refusal, readRefusal } from './refusal.ts'

export const service = {
  models: () => read<Models>('models'),
  create: (order: Order) => read<Created>('jobs/generate', { method: 'POST', body: JSON.stringify(order) }),
  status: (id: string) => read<Job>(`jobs/status/${id}`),
  list: (query: { readonly page: number; readonly per_page: number; readonly status: Status }) =>
    read<JobPage>(`jobs?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`),
  cancel: (id: string) => call(`jobs/${id}`, { method: 'DELETE' }),
  remove: (mediaId: string) => call(`media/${mediaId}`, { method: 'DELETE' }),
  events: (id: string, signal: AbortSignal) => call(`jobs/${id}/events`, { signal }),
}

/** Neither of these needs a token. */
export function pictureUrl(mediaId: string): string {
  return addressOf(`media/${mediaId}`)
}

export function provenanceUrl(mediaId: string): string {
  return addressOf(`media/${mediaId}/provenance`)
}

async function read<Answer>(path: string, request?: RequestInit): Promise<Answer> {
  const answer = await call(path, request)
  return (await answer.json()) as Answer
}

async function call(path: string, request: RequestInit = {}): Promise<Response> {
  return await withToken(async () => {
    const token = currentToken()
    const headers = {
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    }
    const answer = await fetch(addressOf(path), { ...request, headers }).catch((cause: unknown) => {
      if (request.signal?.aborted) throw cause
      throw new Refusal('The server cannot be reached. Check the connection and try again.', { status: 0 })
    })
    if (!answer.ok) throw await readRefusal(answer)
    return answer
  })
}

// The page lies beside `api/`, below whatever prefix.
function addressOf(path: string): string {
  return new URL(`api/v1/${path}`, document.baseURI).href
}
