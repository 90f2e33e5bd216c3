// scale: makes a smaller rendition of a clip from Node, with nothing but fetch, and says how far it is.
// Run: node examples/node/scale.ts input.mp4 small.mp4 [WIDTH]    (names on the server, or s3://bucket/key)
// Reads BASE_URL (http://localhost:8081), TOKEN or API_KEY. Needs Node 24.
import { setTimeout as delay } from 'node:timers/promises'

type Job = {
  readonly job_id: string
  readonly status: 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled'
  readonly progress: { readonly overall_percent: number; readonly current_step: string }
  readonly outputs: readonly { readonly destination: string; readonly duration?: number }[]
  readonly error?: { readonly code: string; readonly message: string }
}

const { BASE_URL = 'http://localhost:8081', TOKEN, API_KEY } = process.env
const credentials: Record<string, string> = {
  ...(TOKEN ? { authorization: `Bearer ${TOKEN}` } : API_KEY && { 'x-api-key': API_KEY }),
}
const [source = 'input.mp4', destination = 'small.mp4', width = '640'] = process.argv.slice(2)

const started = await call('POST', '/api/v1/jobs', {
  spec: {
    inputs: [{ id: 'clip', source }],
    operations: [{ op: 'scale', input: 'clip', output: 'small', params: { width: Number(width) } }],
    outputs: [{ id: 'small', destination }],
  },
})
console.log(`started ${started.job_id}`)
const job = await ended(started.job_id)
if (job.status !== 'completed') throw new Error(`The job has ${job.status}: ${job.error?.message}`)
for (const output of job.outputs) console.log(`${output.destination}: ${output.duration} s`)

async function ended(id: string): Promise<Job> {
  for (;;) {
    const job = await call('GET', `/api/v1/jobs/${id}`)
    if (job.status !== 'pending' && job.status !== 'processing') return job
    console.log(`${job.progress.overall_percent.toFixed(1)} % ${job.progress.current_step}`)
    await delay(1000)
  }
}

async function call(method: string, path: string, body?: unknown): Promise<Job> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { 'content-type': 'application/json', ...credentials }
  const response = await fetch(`${BASE_URL}${path}`, { method, headers, ...content })
  const answer = (await response.json()) as Job & { error?: string; message?: string }
  if (response.ok) return answer
  throw new Error(`${response.status} ${answer.error}: ${answer.message}`)
}
