// automatic1111: the ways in which servers answer that speak as AUTOMATIC1111 does, and whose work is interrupted.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import sharp from 'sharp'
import { AppError } from '../../../../src/lib/errors.ts'
import { automatic1111Provider } from '../../../../src/providers/image/automatic1111/automatic1111.ts'
import { requestOf } from '../../../../src/providers/image/automatic1111/request.ts'
import type { ImageOrder } from '../../../../src/providers/image/contract.ts'
import { CHECKPOINTS, startAutomatic1111 } from '../../../fixtures/vendors/automatic1111.ts'
import type { FakeVendor } from '../../../fixtures/vendors/contract.ts'
import { work } from '../../../fixtures/vendors/work.ts'

const ORDER: ImageOrder = {
  ...{ model: 'automatic1111', prompt: 'a fox', size: { widthPx: 128, heightPx: 64 }, count: 1 },
  ...{ seed: 7, seedIsAsked: false, format: 'png', quality: 80 },
}
const HEN = { prompt: 'a hen', negative_prompt: '', width: 64, height: 64, seed: 1, batch_size: 1, n_iter: 1 }
const open = ({ url, key }: FakeVendor, models?: readonly string[]) =>
  automatic1111Provider({ url, login: key, models })

test('an order says what was asked, under a name of its own, and what was not asked is left to the server', () => {
  const asked = { ...ORDER, negativePrompt: 'snow', steps: 30, guidance: 7.5, count: 3 }
  const task = { task: 'task(1)', server: { knowsBy: 'task' } } as const
  assert.deepEqual(requestOf(asked, task), {
    ...{ prompt: 'a fox', negative_prompt: 'snow', width: 128, height: 64, seed: 7, steps: 30, cfg_scale: 7.5 },
    ...{ batch_size: 3, n_iter: 1, send_images: true, save_images: false, force_task_id: 'task(1)' },
  })
  const plain = requestOf(ORDER, task)
  assert.ok(!('steps' in plain) && !('cfg_scale' in plain) && !('override_settings' in plain))
  const named = requestOf({ ...ORDER, model: 'sd_xl_base_1.0' }, task)
  assert.deepEqual(named['override_settings'], { sd_model_checkpoint: 'sd_xl_base_1.0' })
  const marked = requestOf(ORDER, { task: 'task(1)', server: { knowsBy: 'marker', wasIdle: true } })
  assert.deepEqual(marked['override_settings'], { samples_filename_pattern: 'task(1)' })
})

test('neither the grid nor what an extension draws is a picture, data URLs are read, and an empty info is none', async () => {
  for (const ways of [
    ['grid'],
    ['grid', 'no-info'],
    ['extras'],
    ['grid', 'extras'],
    ['data-url'],
    ['no-info'],
    [],
  ] as const) {
    await using vendor = await startAutomatic1111(...ways)
    const { pictures, seed, warnings } = await open(vendor).generate({ ...ORDER, count: 3 }, work())
    const sizes = await Promise.all(
      pictures.map(async picture => {
        assert.ok('bytes' in picture)
        const { width, height, format } = await sharp(picture.bytes).metadata()
        return `${format} ${width}x${height}`
      }),
    )
    assert.deepEqual(sizes, ['png 128x64', 'png 128x64', 'png 128x64'], ways.join())
    assert.deepEqual([seed, warnings, vendor.complaints], [undefined, [], []])
    const seeds = pictures.map(picture => picture.seed)
    const known = !(ways as readonly string[]).includes('no-info')
    assert.deepEqual(seeds, known ? [7, 8, 9] : [undefined, undefined, undefined], ways.join())
  }
})

test('the seed that the server took instead is told', async () => {
  await using vendor = await startAutomatic1111()
  assert.equal((await open(vendor).generate({ ...ORDER, seed: -1 }, work())).seed, 987_654_321)
})

test('a checkpoint that the server passes over is told, and one that it has is not', async () => {
  await using vendor = await startAutomatic1111()
  const names = [...CHECKPOINTS, 'v1-5-pruned-emaonly.safetensors [6ce0161689]', 'no-such-model']
  const provider = open(vendor, names)
  assert.deepEqual(
    provider.models.map(({ name }) => name),
    names,
  )
  for (const model of names) {
    const { warnings } = await provider.generate({ ...ORDER, model }, work())
    const expected = 'AUTOMATIC1111 has no checkpoint no-such-model: the picture was made with v1-5-pruned-emaonly'
    assert.deepEqual(warnings, model === 'no-such-model' ? [expected] : [])
  }
})

test('progress is told while a picture is made, also by servers that do not say whose it is', async () => {
  for (const ways of [[], ['nameless'], ['sd-next'], ['sd-next', 'discreet']] as const) {
    await using vendor = await startAutomatic1111(...ways)
    vendor.fail('endless', 1)
    const fractions: number[] = []
    const { pictures } = await open(vendor).generate(ORDER, {
      ...work(),
      // It is over once it has been told: interrupted at the server's own page, it answers with what it has.
      progress(fraction) {
        fractions.push(fraction)
        void byHand(vendor, '/sdapi/v1/interrupt', {})
      },
    })
    assert.deepEqual([pictures.length, fractions[0]], [1, 0.25], ways.join())
    assert.deepEqual(vendor.complaints, [])
  }
})

test('somebody else’s picture is not interrupted, neither by an order in the queue nor where nobody says whose it is', async () => {
  for (const ways of [[], ['nameless'], ['sd-next'], ['sd-next', 'discreet']] as const) {
    await using vendor = await startAutomatic1111(...ways)
    vendor.fail('endless')
    const foreign = byHand(vendor, '/sdapi/v1/txt2img', HEN)
    await ordered(vendor, 1)
    const controller = new AbortController()
    const generating = open(vendor).generate(ORDER, work({ signal: controller.signal }))
    const cancelled = assert.rejects(generating, { code: 'cancelled' })
    await ordered(vendor, 2)
    controller.abort(new AppError('cancelled', 'Enough'))
    await cancelled
    assert.deepEqual(
      vendor.orders.map(order => order.cancelled),
      [false, false],
    )
    await byHand(vendor, '/sdapi/v1/interrupt', {})
    await foreign
  }
})

for (const ways of [['sd-next'], ['sd-next', 'discreet']] as const) {
  test(`${ways}: what runs is interrupted when it is given up, though nobody knows its name`, async () => {
    await using vendor = await startAutomatic1111(...ways)
    vendor.fail('endless', 1)
    const controller = new AbortController()
    const generating = open(vendor).generate(ORDER, work({ signal: controller.signal }))
    const cancelled = assert.rejects(generating, { code: 'cancelled' })
    await ordered(vendor, 1)
    controller.abort(new AppError('cancelled', 'Enough'))
    await cancelled
    assert.deepEqual([vendor.orders[0]?.cancelled, vendor.complaints], [true, []])
  })

  test(`${ways}: of two of ours, the one that waits does not interrupt the one that runs`, async () => {
    await using vendor = await startAutomatic1111(...ways)
    vendor.fail('endless')
    const provider = open(vendor)
    const controllers = [new AbortController(), new AbortController()] as const
    const endings = []
    for (const [index, { signal }] of controllers.entries()) {
      endings.push(assert.rejects(provider.generate(ORDER, work({ signal })), { code: 'cancelled' }))
      await ordered(vendor, index + 1)
    }
    controllers[1].abort(new AppError('cancelled', 'Enough'))
    await endings[1]
    assert.deepEqual(
      vendor.orders.map(order => order.cancelled),
      [false, false],
    )
    controllers[0].abort(new AppError('cancelled', 'Enough'))
    await endings[0]
    assert.equal(vendor.orders[0]?.cancelled, true)
  })
}

for (const ways of [[], ['sd-next']] as const)
  test(`what a lost attempt has begun is ended, as nobody can have its pictures, and the new order is told of it (${ways})`, async () => {
    await using vendor = await startAutomatic1111(...ways)
    vendor.fail('endless', 1)
    const controller = new AbortController()
    const lost = work({ signal: controller.signal })
    const losing = assert.rejects(open(vendor).generate(ORDER, lost), { code: 'worker_stopping' })
    await ordered(vendor, 1)
    controller.abort(new AppError('worker_stopping', 'Stopping'))
    await losing
    assert.deepEqual(
      vendor.orders.map(order => order.cancelled),
      [false],
    )
    const { pictures, warnings } = await open(vendor).generate(ORDER, work({ found: lost.kept() }))
    assert.equal(pictures.length, 1)
    assert.match(warnings.join(), /^An earlier attempt was lost/)
    assert.deepEqual(
      vendor.orders.map(order => order.cancelled),
      [true, false],
    )
  })

test('settings for stable-diffusion.cpp are taken out of the prompt', async () => {
  await using vendor = await startAutomatic1111()
  const prompt = 'a fox<sd_cpp_extra_args>{"seed":1}</sd_cpp_extra_args>'
  const { warnings } = await open(vendor).generate({ ...ORDER, prompt }, work())
  assert.deepEqual([vendor.orders[0]?.prompt, vendor.complaints, warnings.length], ['a fox', [], 1])
})

// As the server's own page does, or another program.
async function byHand({ url, key }: FakeVendor, path: string, body: object): Promise<void> {
  const headers = { authorization: `Basic ${btoa(key)}`, 'content-type': 'application/json' }
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  await answer.arrayBuffer()
}

async function ordered({ orders }: FakeVendor, count: number): Promise<void> {
  while (orders.length < count) await delay(5)
}
