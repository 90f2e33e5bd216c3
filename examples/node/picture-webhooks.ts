// picture-webhooks: a receiver that is told when pictures are done, believes only what is signed, and hears each once.
// Run: node examples/node/picture-webhooks.ts SECRET [PORT]
// SECRET is what GET /api/v1/webhooks/secret answers. Needs the packages express and standardwebhooks, and Node 24.
import express from 'express'
import { Webhook } from 'standardwebhooks'

const [secret = '', port = '3000'] = process.argv.slice(2)
const known = new Webhook(secret)
const heard = new Set<string>()

const app = express()
// The signature is of the very bytes: they are kept as they come.
app.post('/webhooks/media-complete', express.raw({ type: 'application/json' }), (request, response) => {
  const id = request.get('webhook-id') ?? ''
  try {
    known.verify(request.body, { 'webhook-id': id, ...signed(request) })
  } catch {
    response.status(401).end()
    return
  }
  if (!heard.has(id)) tell(JSON.parse(request.body))
  heard.add(id)
  response.status(204).end()
})
const server = app.listen(Number(port), '127.0.0.1', () => {
  const address = server.address()
  console.log(`listening on ${typeof address === 'object' ? address?.port : address}`)
})

function signed(request: express.Request) {
  const [at, by] = ['webhook-timestamp', 'webhook-signature'].map(name => request.get(name) ?? '')
  return { 'webhook-timestamp': at ?? '', 'webhook-signature': by ?? '' }
}

function tell({ job_id: id, status, media_url: url, error }: Record<string, string>): void {
  console.log(status === 'completed' ? `${id}: ${url}` : `${id} ${status}: ${error ?? 'no reason given'}`)
}
