// client: what a program does that uses the pipelines API: submit a job, listen to it, read how it ended.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../features/pipelines/pipelines.ts'
import { AppError, type Fault } from '../lib/errors.ts'
import { printFault } from '../web/sentences.ts'

export type Client = {
  submit(spec: object): Promise<Job>
  /** Resolves with the job when it has ended; a connection that breaks is taken up again where it was. */
  follow(jobId: string, onProgress: (percent: number, step: string) => void): Promise<Job>
}

export function openClient(baseUrl: string): Client {
  const jobsUrl = `${baseUrl}/api/v1/jobs`
  const get = async (jobId: string) => await read(await fetch(`${jobsUrl}/${jobId}`))
  return {
    async submit(spec) {
      const headers = { 'content-type': 'application/json' }
      return await read(await fetch(jobsUrl, { method: 'POST', headers, body: JSON.stringify({ spec }) }))
    },
    async follow(jobId, onProgress) {
      let lastEventId = '0'
      for (;;) {
        const reply = await fetch(`${jobsUrl}/${jobId}/events`, { headers: { 'last-event-id': lastEventId } })
        for await (const { id, data } of readEvents(reply)) {
          lastEventId = id
          if (data.overall_percent !== undefined) onProgress(data.overall_percent, data.current_step ?? '')
        }
        const job = await get(jobId)
        if (job.status !== 'pending' && job.status !== 'processing') return job
        await sleep(500)
      }
    },
  }
}

async function read(reply: Response): Promise<Job> {
  const body = (await reply.json()) as Job & { message?: string; details?: Fault[] }
  if (reply.ok) return body
  const faults = (body.details ?? []).map(fault => `\n  ${printFault(fault)}`)
  throw new AppError('request_invalid', `${body.message}${faults.join('')}`)
}

type Told = { readonly id: string; readonly data: { overall_percent?: number; current_step?: string } }

async function* readEvents(reply: Response): AsyncGenerator<Told> {
  let text = ''
  for await (const chunk of reply.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (text + chunk).split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const id = /^id: (.*)$/m.exec(part)?.[1]
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (id !== undefined && data !== undefined) yield { id, data: JSON.parse(data) }
    }
  }
}
