// closing: who gets an answer from a server that closes, and who is cut off.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Patience, watchConnections } from '../../src/web/closing.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const AN_HOUR_MS = 3_600_000

test('who waits for an answer gets it, long after those have been cut who want nothing or never finish', async t => {
  const answer = Promise.withResolvers<void>()
  const server = await serve(t, async (_request, response) => {
    await answer.promise
    response.end('done')
  })
  const waiting = await server.talk(GET)
  const others = ['', 'GET / HT', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf']
  const cut = (await Promise.all(others.map(server.talk))).map(socket => once(socket, 'close'))
  await server.heard(2)
  const closed = server.close({ lingerMs: 50, answerMs: AN_HOUR_MS })
  await Promise.all(cut)
  assert.equal(waiting.closed, false)
  answer.resolve()
  assert.match(String(await once(waiting, 'data')), /^HTTP\/1\.1 200 .*done/s)
  waiting.end()
  await closed
})

test('who waits for longer than an answer may take is cut', async t => {
  const server = await serve(t, () => undefined)
  const waiting = await server.talk(GET)
  await server.heard(1)
  await Promise.all([once(waiting, 'close'), server.close({ lingerMs: 50, answerMs: 100 })])
})

test('who does not take an answer is cut', async t => {
  const server = await serve(t, (_request, response) => void response.end(Buffer.alloc(64 << 20)))
  const slow = await server.talk(GET)
  slow.pause()
  await server.heard(1)
  await server.close({ lingerMs: 50, answerMs: AN_HOUR_MS })
})

async function serve(t: TestContext, answer: RequestListener) {
  let count = 0
  const server = createServer((request, response) => {
    count++
    server.emit('heard')
    answer(request, response)
  })
  const hurry = watchConnections(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets: Socket[] = []
  t.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  return {
    async talk(text: string): Promise<Socket> {
      const accepted = once(server, 'connection')
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
      sockets.push(socket)
      await accepted
      socket.write(text)
      return socket.resume()
    },
    async heard(requests: number): Promise<void> {
      while (count < requests) await once(server, 'heard')
    },
    async close(patience: Patience): Promise<void> {
      const calmDown = hurry(patience)
      await new Promise(resolve => server.close(resolve))
      calmDown()
    },
  }
}
