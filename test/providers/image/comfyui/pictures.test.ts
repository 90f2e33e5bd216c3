// pictures: what a workflow has made is had in full, and what it has not made is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { open, SAVED, SHOWN, twice, until } from './attempts.ts'

test('progress grows over two samplers up to the end, and all that a workflow saves is kept, and what it only shows is left', async context => {
  const { vendor, attempt } = await open(context, {}, { ...twice(2), 9: SAVED, 10: SHOWN })
  const { ended, told } = attempt()
  const { pictures, warnings } = await ended
  assert.equal(vendor.orders[0]?.prompt, 'photo of a lighthouse at dusk')
  assert.deepEqual(told, [...told].sort(byNumber))
  assert.ok(new Set(told).size === told.length && told.length === 8, `${told}`)
  assert.deepEqual([told[3], told[7]], [0.475, 0.95])
  assert.equal(pictures.length, 2)
  assert.match(String(warnings), /made 2 pictures where 1 were ordered: all are kept/)
})

test('pictures that are only shown are better than none', async context => {
  const { attempt } = await open(context, {}, { ...twice('{{count}}'), 9: SHOWN })
  const { pictures, warnings } = await attempt(undefined, 2).ended
  assert.deepEqual([pictures.length, warnings], [2, []])
})

test('fewer pictures than were ordered are told of', async context => {
  const graph = {
    ...twice(2),
    9: SAVED,
    10: { ...SAVED, inputs: { ...SAVED.inputs, filename_prefix: '{{count}} of them' } },
  }
  const { attempt } = await open(context, {}, graph)
  const { pictures, warnings } = await attempt(undefined, 8).ended
  assert.equal(pictures.length, 4)
  assert.match(String(warnings), /made 4 of the 8/)
})

test('what the server leaves out of a workflow is told, also by the attempt that follows a crash', async context => {
  const enlarged = {
    class_type: 'LatentUpscaleBy',
    inputs: { samples: ['7', 0], upscale_method: 'magic', scale_by: 9 },
  }
  const decoded = { class_type: 'VAEDecode', inputs: { samples: ['20', 0], vae: ['1', 2] } }
  const second = { class_type: 'SaveImage', inputs: { images: ['21', 0], filename_prefix: 'large' } }
  const { vendor, attempt } = await open(context, {}, { ...twice(1), 9: SAVED, 20: enlarged, 21: decoded, 22: second })
  vendor.take(200)
  const first = attempt()
  await until(() => vendor.running() !== undefined)
  await until(() => /leftOut":\["/.test(JSON.stringify(first.notes())))
  await first.die()
  const { pictures, warnings } = await attempt(first.notes()).ended
  assert.deepEqual([pictures.length, vendor.orders.length], [1, 1])
  assert.deepEqual(warnings, [
    'ComfyUI left out a part of the workflow: node 20 (LatentUpscaleBy), input upscale_method: there is no "magic", ' +
      'only nearest-exact, bilinear; node 20 (LatentUpscaleBy), input scale_by: 9 is more than 8',
  ])
})

function byNumber(left: number, right: number): number {
  return left - right
}
