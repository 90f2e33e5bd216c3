// delivery.test: pictures come in several ways, and in formats that nobody asked for.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import sharp from 'sharp'
import type { ImageFormat, Picture } from '../../../../src/providers/image/contract.ts'
import { forEachHouse } from '../../../fixtures/house.ts'
import { hire, made, order, picture, pixelAt } from './painter.ts'

const WAYS: readonly (readonly [name: string, deliver: (bytes: Buffer, t: TestContext) => Promise<Picture>])[] = [
  ['as bytes', async bytes => ({ bytes })],
  ['in a data URL', async bytes => ({ url: `data:image/jpeg;base64,${bytes.toString('base64')}` })],
  ['at an address that is good for one request', async (bytes, t) => ({ url: await serveOnce(bytes, t) })],
]

forEachHouse(
  house => {
    for (const [name, deliver] of WAYS)
      test(`a picture may come ${name}`, async t => {
        const bytes = await picture('jpg')
        await using _painter = await hire(house(), async () => await deliver(bytes, t))
        const { pictures } = await made(house(), await order(house(), { format: 'jpg' }))
        assert.deepEqual(pictures, [bytes])
      })

    const CLEAR = [255, 0, 0, 0]
    const WHITE = [255, 255, 255, 255]
    const RED = [255, 0, 0, 255]
    const CONVERSIONS: readonly (readonly [ImageFormat, ImageFormat, number[]])[] = [
      ['png', 'jpg', WHITE],
      ['webp', 'jpg', WHITE],
      ['png', 'webp', CLEAR],
      ['webp', 'png', CLEAR],
      ['jpg', 'png', RED],
      ['jpg', 'webp', RED],
    ]
    for (const [from, to, left] of CONVERSIONS)
      test(`a ${from} becomes a ${to}, and what was clear is ${left === WHITE ? 'white' : left === CLEAR ? 'clear' : 'not'}`, async () => {
        const bytes = await picture(from, { clear: from !== 'jpg' })
        await using _painter = await hire(house(), async () => ({ bytes }))
        const run = await order(house(), { format: to, quality: 95 })
        const [converted = Buffer.alloc(0)] = (await made(house(), run)).pictures
        const { format, width, height, hasAlpha, chromaSubsampling, isProgressive } = await sharp(converted).metadata()
        assert.deepEqual([format, width, height, hasAlpha], [to === 'jpg' ? 'jpeg' : to, 64, 48, left === CLEAR])
        if (to === 'jpg') assert.deepEqual([chromaSubsampling, isProgressive], ['4:4:4', false])
        const [onLeft, onRight] = [await pixelAt(converted, 8, 24), await pixelAt(converted, 56, 24)]
        // Of what cannot be seen the colour is nobody's business.
        if (left === CLEAR) assert.equal(onLeft[3], 0)
        else assertNear(onLeft, left)
        assertNear(onRight, RED)
      })

    test('less is kept of a picture where less is asked for', async () => {
      const noise = await sharp({
        create: {
          ...{ width: 256, height: 256, channels: 3, background: 'gray' },
          noise: { type: 'gaussian', mean: 128, sigma: 30 },
        },
      })
        .png()
        .toBuffer()
      await using _painter = await hire(house(), async () => ({ bytes: noise }))
      const of = async (quality: number) =>
        (await made(house(), await order(house(), { format: 'jpg', quality }))).pictures
      const [[poor], [good]] = [await of(0), await of(100)]
      assert.ok(poor && good && poor.length * 5 < good.length, `${poor?.length} and ${good?.length} bytes`)
      assert.equal((await sharp(poor).metadata()).chromaSubsampling, '4:2:0')
    })
  },
  ['pglite'],
)

function assertNear(found: readonly number[], wanted: readonly number[]): void {
  const far = Math.max(...found.map((value, index) => Math.abs(value - (wanted[index] ?? 0))))
  assert.ok(far <= 6, `${found} is not ${wanted}`)
}

async function serveOnce(bytes: Buffer, t: TestContext): Promise<string> {
  let asked = 0
  const server = createServer((_request, response) => {
    if (asked++ === 0) response.end(bytes)
    else response.writeHead(403).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/picture`
}
