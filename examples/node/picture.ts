// picture: asks for a picture, waits for it, and saves it.
// Run: node examples/node/picture.ts "a lake at dawn" lake.png [ASPECT_RATIO]
// Needs the package axios. Reads BASE_URL (http://localhost:8000) and TOKEN. Needs Node 24.
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import axios from 'axios'

const [prompt = 'a lake at dawn', file = 'lake.png', ratio = '1:1'] = process.argv.slice(2)
const { BASE_URL: baseURL = 'http://localhost:8000', TOKEN: token } = process.env
const http = axios.create({ baseURL, ...(token && { headers: { Authorization: `Bearer ${token}` } }) })

const { data: asked } = await http.post('/api/v1/jobs/generate', {
  prompt,
  parameters: { aspect_ratio: ratio, output_quality: 85 },
  webhook_url: null,
})
console.log(`started ${asked.id}, about ${asked.estimated_completion_time} s`)

let { data: job } = await http.get(asked.status_url)
while (!['completed', 'failed', 'cancelled'].includes(job.status)) {
  await delay(500)
  ;({ data: job } = await http.get(asked.status_url))
}
if (job.status !== 'completed') throw new Error(`${job.status}: ${job.error_message}`)

const { data: bytes } = await http.get(`/api/v1/media/${job.media[0].id}`, { responseType: 'stream' })
await pipeline(bytes, createWriteStream(file))
console.log(`saved ${file}`)
