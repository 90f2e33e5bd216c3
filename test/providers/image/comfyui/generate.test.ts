// generate: an order finds its way to its pictures when the server is older, deaf, slow, or has been asked by somebody who is dead.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../../src/lib/errors.ts'
import { comfyUiProvider } from '../../../../src/providers/image/comfyui/comfyui.ts'
import type { ImageProvider, ImageWork } from '../../../../src/providers/image/contract.ts'
import { orderFor } from '../../../contracts/image-provider.ts'
import { type ComfyUiManner, type ComfyUiVendor, startComfyUi } from '../../../fixtures/vendors/comfyui.ts'
import { work } from '../../../fixtures/vendors/work.ts'

for (const age of ['newer', 'older'] as const) {
  const manner = age === 'older' ? { age } : {}
  test(`${age}: what waits when its worker dies is waited for by the next`, async context => {
    const { vendor, attempt, other } = await open(context, manner)
    const theirs = await other()
    const first = attempt()
    await until(() => vendor.waiting().length === 1)
    await first.die()
    const second = attempt(first.notes())
    await until(() => vendor.listening() > 0)
    await theirs.end()
    assert.equal((await second.ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 2)
  })

  test(`${age}: what runs when its worker dies is waited for by the next`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.take(200)
    const first = attempt()
    await until(() => vendor.running() !== undefined)
    await first.die()
    assert.equal((await attempt(first.notes()).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: what ends while nobody is there is fetched`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.take(50)
    const first = attempt()
    await until(() => vendor.running() !== undefined)
    await first.die()
    await until(() => vendor.running() === undefined)
    assert.equal((await attempt(first.notes()).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: what was ordered by one who died before hearing its name is found`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.take(200)
    const first = attempt()
    // As the notes are before the order is sent.
    await until(() => first.notes() !== undefined)
    const notes = first.notes()
    await until(() => vendor.orders.length === 1)
    await first.die()
    assert.equal((await attempt(notes).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: an answer to the order that breaks off orders nothing twice`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.breakOff('/prompt')
    assert.equal((await attempt().ended).pictures.length, 1)
    assert.equal(vendor.orders.length, 1)
  })

  test(`${age}: what waits is taken out of the queue when it is given up, and what others have ordered goes on`, async context => {
    const { vendor, attempt, other } = await open(context, manner)
    const theirs = await other()
    const mine = attempt()
    await until(() => vendor.waiting().length === 1)
    await mine.giveUp()
    assert.deepEqual(
      vendor.orders.map(({ cancelled }) => cancelled),
      [false, true],
    )
    assert.deepEqual([vendor.waiting().length, vendor.running() !== undefined], [0, true])
    await theirs.end()
  })

  test(`${age}: what runs is interrupted when it is given up, and what others have ordered comes next`, async context => {
    const { vendor, attempt } = await open(context, manner)
    vendor.fail('endless', 1)
    const mine = attempt()
    await until(() => vendor.running() !== undefined)
    const theirs = attempt()
    await until(() => vendor.waiting().length === 1)
    await mine.giveUp()
    assert.equal((await theirs.ended).pictures.length, 1)
    assert.deepEqual(
      vendor.orders.map(({ cancelled }) => cancelled),
      [true, false],
    )
  })
}

test('what is given up while the server still looks at it is taken back once it is taken', async context => {
  const { vendor, attempt } = await open(context, { looksMs: 50 })
  vendor.fail('endless')
  const mine = attempt()
  await until(() => vendor.arrived() === 1)
  await mine.giveUp()
  await until(() => vendor.orders.length === 1)
  assert.equal(vendor.orders[0]?.cancelled, true)
})

test('who hears does not wait for the next look', { timeout: 20_000 }, async context => {
  const { vendor, attempt } = await open(context)
  const never = () => new Promise<void>(() => undefined)
  assert.equal((await attempt(undefined, 1, never).ended).pictures.length, 1)
  vendor.fail('unsafe')
  await assert.rejects(attempt(undefined, 1, never).ended, { code: 'provider_refused' })
})

test('notes of an order that was never sent lead to one', async context => {
  const { vendor, attempt } = await open(context)
  const id = crypto.randomUUID()
  assert.equal((await attempt({ clientId: id, promptId: id }).ended).pictures.length, 1)
  assert.equal(vendor.orders.length, 1)
})

test('a WebSocket that is lost in the middle is no failure', async context => {
  const { vendor, attempt } = await open(context)
  vendor.take(300)
  const { ended, told } = attempt()
  await until(() => told.length > 2)
  vendor.dropSockets()
  assert.equal((await ended).pictures.length, 1)
  assert.ok(Math.max(...told) < 0.95, 'nothing more was heard')
})

test('a look that fails is taken again, and a picture that breaks off is fetched again', async context => {
  const { vendor, attempt } = await open(context)
  for (const path of ['/history', '/queue', '/view']) vendor.breakOff(path)
  assert.equal((await attempt().ended).pictures.length, 1)
  assert.equal(vendor.orders.length, 1)
})

test('while nobody can know what becomes of an order, it is unavailable, and the next attempt goes on with it', async context => {
  const { vendor, attempt } = await open(context)
  for (const when of ['while it is waited for', 'when the answer to it is lost, too']) {
    const before = vendor.orders.length
    if (when !== 'while it is waited for') vendor.breakOff('/prompt')
    vendor.breakOff('/history', 20)
    const first = attempt()
    await assert.rejects(
      first.ended,
      { code: 'unavailable', message: /^ComfyUI API error: it cannot be reached/ },
      when,
    )
    vendor.breakOff('/history', 0)
    assert.equal((await attempt(first.notes()).ended).pictures.length, 1)
    assert.equal(vendor.orders.length, before + 1, when)
  }
})

test('a server that is not there has failed, at once', async context => {
  const { vendor, attempt } = await open(context, {}, { ...twice(1), 9: SAVED })
  await vendor[Symbol.asyncDispose]()
  const never = () => assert.fail('there is nothing to wait for')
  await assert.rejects(attempt(undefined, 1, never).ended, { code: 'provider_failed' })
})

test('an order that the server has forgotten has failed', async context => {
  const { vendor, attempt } = await open(context)
  vendor.fail('endless')
  const { ended } = attempt()
  await until(() => vendor.running() !== undefined)
  vendor.forget()
  await assert.rejects(ended, { code: 'provider_failed', message: /does not know the order any more/ })
})

test('a server without a checkpoint refuses', async context => {
  const { attempt } = await open(context, { checkpoints: [] })
  await assert.rejects(attempt().ended, { code: 'provider_refused', message: /no checkpoint/ })
})

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

const SAVED = { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'kinora' } }
const SHOWN = { class_type: 'PreviewImage', inputs: { images: ['8', 0] } }

// Sampled, made larger, and sampled again; what comes of it is for the caller to say.
function twice(batch_size: unknown): Record<string, object> {
  const sampler = (latent: string) => ({
    class_type: 'KSampler',
    inputs: {
      ...{ seed: '{{seed}}', steps: '{{steps=4}}', cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 },
      ...{ model: ['1', 0], positive: ['2', 0], negative: ['3', 0], latent_image: [latent, 0] },
    },
  })
  return {
    1: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } },
    2: { class_type: 'CLIPTextEncode', inputs: { text: 'photo of {{prompt}}', clip: ['1', 1] } },
    3: { class_type: 'CLIPTextEncode', inputs: { text: '', clip: ['1', 1] } },
    4: { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size } },
    5: sampler('4'),
    6: { class_type: 'LatentUpscaleBy', inputs: { samples: ['5', 0], upscale_method: 'bilinear', scale_by: 2 } },
    7: sampler('6'),
    8: { class_type: 'VAEDecode', inputs: { samples: ['7', 0], vae: ['1', 2] } },
  }
}

async function open(context: TestContext, manner: ComfyUiManner = {}, graph?: Record<string, object>) {
  const vendor = await startComfyUi(manner)
  context.after(async () => {
    await vendor[Symbol.asyncDispose]()
    assert.deepEqual(vendor.complaints, [])
  })
  const provider = await openProvider(context, vendor, graph)
  const attempt = (found?: unknown, count = 1, pause?: ImageWork['pause']) => begin(provider, found, count, pause)
  return {
    vendor,
    attempt,
    /** Keeps the server busy, as somebody else. */
    async other() {
      vendor.fail('endless', 1)
      const theirs = attempt()
      await until(() => vendor.running() !== undefined)
      return { end: theirs.giveUp }
    },
  }
}

async function openProvider(
  context: TestContext,
  { url }: ComfyUiVendor,
  graph: Record<string, object> | undefined,
): Promise<ImageProvider> {
  if (!graph) return await comfyUiProvider({ url, workflows: undefined })
  const directory = await mkdtemp(join(tmpdir(), 'kinora-comfyui-'))
  context.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'graph.json')
  await writeFile(path, JSON.stringify(graph))
  return await comfyUiProvider({ url, workflows: [path] })
}

function begin(provider: ImageProvider, found: unknown, count: number, pause: ImageWork['pause'] | undefined) {
  const controller = new AbortController()
  const attempt = work({ found, signal: controller.signal })
  const model = provider.models[0] ?? assert.fail('there is a model')
  const ended = provider.generate(orderFor(model, { count }), pause ? { ...attempt, pause } : attempt)
  const abort = async (code: 'cancelled' | 'worker_stopping') => {
    controller.abort(new AppError(code, 'The test says so'))
    await assert.rejects(ended, { code })
  }
  return {
    ended,
    told: attempt.progressed,
    notes: attempt.kept,
    die: () => abort('worker_stopping'),
    giveUp: () => abort('cancelled'),
  }
}

async function until(condition: () => boolean): Promise<void> {
  const late = AbortSignal.timeout(10_000)
  while (!condition()) {
    late.throwIfAborted()
    await delay(2)
  }
}

function byNumber(left: number, right: number): number {
  return left - right
}
