// attempts: orders of a ComfyUI that goes wrong in the tests, which die, are given up, or come to their end.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../../src/lib/errors.ts'
import { comfyUiProvider } from '../../../../src/providers/image/comfyui/comfyui.ts'
import type { ImageProvider, ImageWork } from '../../../../src/providers/image/contract.ts'
import { orderFor } from '../../../contracts/image-provider.ts'
import { type ComfyUiManner, type ComfyUiVendor, startComfyUi } from '../../../fixtures/vendors/comfyui.ts'
import { work } from '../../../fixtures/vendors/work.ts'

export const SAVED = { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'kinora' } }
export const SHOWN = { class_type: 'PreviewImage', inputs: { images: ['8', 0] } }

/** Sampled, made larger, and sampled again; what comes of it is for the caller to say. */
export function twice(batch_size: unknown): Record<string, object> {
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

export async function open(context: TestContext, manner: ComfyUiManner = {}, graph?: Record<string, object>) {
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

export async function until(condition: () => boolean): Promise<void> {
  const late = AbortSignal.timeout(10_000)
  while (!condition()) {
    late.throwIfAborted()
    await delay(2)
  }
}
