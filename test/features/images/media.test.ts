// media: a picture for whoever has its address, what it is for its owner, and its end.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachHouse } from '../../fixtures/house.ts'
import { ANN, BEN, type Gallery, openImages } from './open-door.ts'

forEachHouse(house => {
  async function picturesOf(images: Gallery, parameters: object, headers = {}): Promise<Record<string, string>[]> {
    const { id } = (await images.generate({ prompt: 'x', parameters }, headers)).json()
    await house().runs.ended(String(id), { owner: '', seesAll: true }, AbortSignal.timeout(30_000))
    const job = (await images.get(`/api/v1/jobs/status/${id}`, headers)).json()
    return job['media'] as unknown as Record<string, string>[]
  }

  test('a picture is downloaded whole, in part, or not again', async () => {
    await using images = await openImages(house())
    const [media] = await picturesOf(images, { output_format: 'jpeg', width: 256, height: 128 })
    const path = `/api/v1/media/${media?.['id']}`
    const whole = await images.get(path)
    assert.deepEqual([whole.status, whole.bytes.length], [200, Number(media?.['file_size_bytes'])])
    assert.equal(whole.headers.get('content-type'), 'image/jpeg')
    assert.match(whole.headers.get('content-disposition') ?? '', /^inline; filename="kinora-[0-9a-f]{8}\.jpg"$/)
    assert.equal(whole.headers.get('cross-origin-resource-policy'), 'cross-origin')
    const part = await images.get(path, { range: 'bytes=3-9' })
    assert.deepEqual([part.status, String(part.bytes)], [206, String(whole.bytes.subarray(3, 10))])
    const beyond = await images.get(path, { range: 'bytes=999999-' })
    assert.deepEqual([beyond.status, Object.keys(beyond.json()).sort()], [416, ['detail', 'request_id']])
    const etag = whole.headers.get('etag') ?? ''
    assert.equal((await images.get(path, { 'if-none-match': etag })).status, 304)
    const head = await images.send('HEAD', path)
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(whole.bytes.length)])
  })

  test('what a picture is', async () => {
    await using images = await openImages(house())
    const [media = {}] = await picturesOf(images, { output_format: 'webp', width: 256, height: 128 })
    const info = (await images.get(`/api/v1/media/${media['id']}/info`)).json()
    const { created_at, ...rest } = info
    assert.match(String(created_at), /^\d{4}-.*Z$/)
    assert.deepEqual(rest, {
      ...{ id: media['id'], type: 'image', storage_path: `generated/${media['id']}.webp`, storage_url: media['url'] },
      ...{ file_size_bytes: media['file_size_bytes'], mime_type: 'image/webp', file_extension: '.webp' },
      ...{ width: 256, height: 128 },
    })
  })

  test('a picture that is deleted is gone, and the others stay', async () => {
    await using images = await openImages(house())
    const [first = {}, second = {}] = await picturesOf(images, { num_outputs: 2 })
    const path = `/api/v1/media/${first['id']}`
    assert.equal((await images.send('DELETE', path)).status, 204)
    for (const [method, gone] of [
      ['DELETE', path],
      ['GET', path],
      ['HEAD', path],
      ['GET', `${path}/info`],
    ] as const)
      assert.equal((await images.send(method, gone)).status, 404, `${method} ${gone}`)
    assert.deepEqual((await images.get(path)).json()['detail'], 'Media not found')
    assert.equal((await images.get(`/api/v1/media/${second['id']}`)).status, 200)
    const { jobs } = (await images.get('/api/v1/jobs?per_page=1')).json() as unknown as {
      jobs: { id: string; media: unknown[] }[]
    }
    assert.deepEqual(jobs[0]?.media, [
      { id: second['id'], url: `/api/v1/media/${second['id']}`, type: 'image', width: 1024, height: 1024 },
    ])
    const job = (await images.get(`/api/v1/jobs/status/${jobs[0]?.id}`)).json()
    assert.deepEqual(
      (job['media'] as unknown as { id: string }[]).map(({ id }) => id),
      [second['id']],
    )
    await images.send('DELETE', `/api/v1/media/${second['id']}`)
    assert.deepEqual((await images.get(`/api/v1/jobs/status/${jobs[0]?.id}`)).json()['media'], [])
  })

  test('its address is all that a download needs; what it is and its end are its owner’s business', async () => {
    await using images = await openImages(house(), { auth: 'required' })
    const [media = {}] = await picturesOf(images, {}, ANN)
    const path = `/api/v1/media/${media['id']}`
    for (const headers of [{}, BEN, { authorization: 'Bearer wrong' }])
      assert.equal((await images.get(path, headers)).status, 200)
    for (const [headers, status] of [
      [{}, 401],
      [BEN, 404],
    ] as const) {
      assert.equal((await images.get(`${path}/info`, headers)).status, status)
      assert.equal((await images.send('DELETE', path, { headers })).status, status)
    }
    assert.equal((await images.get(`${path}/info`, ANN)).status, 200)
    assert.equal((await images.send('DELETE', path, { headers: ANN })).status, 204)
  })

  test('what is no picture is not found', async () => {
    await using images = await openImages(house())
    for (const id of ['550e8400-e29b-41d4-a716-446655440000', 'x', "' or 1=1 --", 'a'.repeat(90)]) {
      const path = `/api/v1/media/${encodeURIComponent(id)}`
      for (const reply of [await images.get(path), await images.get(`${path}/info`), await images.send('DELETE', path)])
        assert.deepEqual([reply.status, reply.json()['detail']], [404, 'Media not found'], id)
    }
  })
})
