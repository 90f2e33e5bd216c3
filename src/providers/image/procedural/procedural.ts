// procedural: the maker that is always there: a program that paints what the words bring to its mind. No model, no network.
import { availableParallelism } from 'node:os'
import type { Generated, ImageModel, ImageOrder, ImageProvider, ImageWork } from '../contract.ts'
import { openPool, type Pool } from './pool.ts'

const AT_ONCE = Math.max(1, availableParallelism())

const MODEL: ImageModel = {
  name: 'procedural',
  about:
    'A program that paints landscapes, cities, creatures and patterns after the words of the prompt; no trained model.',
  kind: 'algorithmic',
  sizes: { kind: 'free', minPx: 128, maxPx: 2048, multipleOf: 1, usual: { widthPx: 1024, heightPx: 1024 } },
  maxCount: 4,
  atOnce: AT_ONCE,
  takesNegativePrompt: false,
  takesSeed: true,
  formats: ['png', 'jpg', 'webp'],
  usualMs: 1_000,
}

const THREAD = new URL('./thread.ts', import.meta.url)

/** The same prompt, seed, size, format and quality are the same bytes, in every thread and process of one installation. */
export function proceduralProvider(): ImageProvider & AsyncDisposable {
  const pool = openPool(THREAD, AT_ONCE)
  return {
    name: 'Procedural',
    models: [MODEL],
    generate: (order, work) => generate(pool, order, work),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  }
}

async function generate(pool: Pool, order: ImageOrder, work: ImageWork): Promise<Generated> {
  const painted = new Float64Array(order.count)
  const failed = new AbortController()
  const signal = AbortSignal.any([work.signal, failed.signal])
  const paintings = Array.from({ length: order.count }, (_, index) => {
    const { prompt, size, format, quality } = order
    const progress = (fraction: number) => {
      painted[index] = fraction
      work.progress(painted.reduce((sum, one) => sum + one, 0) / order.count)
    }
    return pool.paint({ prompt, ...size, seed: seedOf(order, index), format, quality }, { signal, progress })
  })
  try {
    const done = await Promise.all(paintings)
    const pictures = done.map(({ bytes }, index) => ({ bytes, seed: seedOf(order, index) }))
    // Nobody is paid, and the same order is the same picture.
    return { pictures, keptBy: 'vendor', warnings: done[0]?.warnings ?? [] }
  } catch (error) {
    // Without the others nobody wants the rest.
    failed.abort(error)
    throw error
  }
}

// Seeds end at 2^31, and go on from 0.
function seedOf({ seed }: ImageOrder, index: number): number {
  return (seed + index) % 2 ** 31
}
