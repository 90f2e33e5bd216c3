// painter: a maker of pictures that does what a test tells it to, and a house in which it works.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { generateStep } from '../../../../src/features/images/making/generate.ts'
import type { ImageMeans } from '../../../../src/features/images/making/means.ts'
import { openNudges } from '../../../../src/features/images/nudges.ts'
import { type GenerateParams, generateSteps } from '../../../../src/features/images/work.ts'
import { openFetcher } from '../../../../src/fetch/open.ts'
import { newId } from '../../../../src/lib/ids.ts'
import type {
  Generated,
  ImageFormat,
  ImageModel,
  ImageOrder,
  ImageWork,
  Picture,
} from '../../../../src/providers/image/contract.ts'
import { openImageShelf } from '../../../../src/providers/image/index.ts'
import type { Run } from '../../../../src/runs/run.ts'
import type { House } from '../../../fixtures/house.ts'

export const MODEL: ImageModel = {
  name: 'painter',
  about: 'Paints what a test tells it to.',
  kind: 'trained',
  sizes: { kind: 'free', minPx: 8, maxPx: 4096, multipleOf: 1, usual: { widthPx: 64, heightPx: 48 } },
  maxCount: 4,
  takesNegativePrompt: true,
  takesSeed: true,
  formats: ['png', 'jpg', 'webp'],
  usualMs: 4000,
}

export const ORDER: ImageOrder = {
  model: 'painter',
  prompt: 'a red square',
  size: { widthPx: 64, heightPx: 48 },
  count: 1,
  seed: 7,
  seedIsAsked: false,
  format: 'png',
  quality: 80,
}

type Paint = (order: ImageOrder, work: ImageWork, call: number) => Promise<Partial<Generated> | Picture>

/** From now on the house orders its pictures here, from a vendor called `Painter`; `calls` counts them. */
export async function hire(house: House, paint: Paint, changes: Partial<ImageMeans> = {}) {
  const calls: ImageOrder[] = []
  const shelf = openImageShelf(
    [
      {
        name: 'Painter',
        models: [MODEL],
        async generate(order, work) {
          const made = await paint(order, work, calls.push(order))
          const told = 'bytes' in made || 'url' in made ? { pictures: [made] } : made
          return { pictures: [], keptBy: 'nobody', warnings: [], ...told }
        },
      },
    ],
    'painter',
  )
  const nudges = await openNudges(house.db)
  const means: ImageMeans = {
    ...{ db: house.db, processes: house.processes, artifacts: house.artifacts, shelf, nudges },
    fetcher: openFetcher({ allow: ['127.0.0.1'], maxBytes: 1_000_000 }),
    mark: picture => picture,
    software: 'Kinora test',
    maxMs: 60_000,
    ...changes,
  }
  house.play(generateStep(means))
  return { calls, nudges, means, [Symbol.asyncDispose]: () => nudges[Symbol.asyncDispose]() }
}

export async function order(house: House, changes: Partial<ImageOrder> = {}, rest: Partial<GenerateParams> = {}) {
  const steps = generateSteps({ order: { ...ORDER, ...changes }, prompt: 'told', ...rest })
  return await house.runs.start({ door: 'images', owner: 'ann', request: {}, steps, warnings: [] })
}

/** The run once it has completed, and its pictures. */
export async function made(house: House, run: Run): Promise<{ run: Run; pictures: Buffer[] }> {
  const ended = await house.ended(run)
  assert.equal(ended.status, 'completed', JSON.stringify(ended.error))
  const pictures = ended.outputs.map(async ({ sha256 }) => {
    const file = await house.artifacts.open(sha256, join(house.scratch, newId('read')))
    assert.ok(file)
    return await readFile(file)
  })
  return { run: ended, pictures: await Promise.all(pictures) }
}

/** A real picture: red, and clear on its left half where that is asked for. */
export async function picture(
  format: ImageFormat,
  { widthPx = 64, heightPx = 48, clear = false }: { widthPx?: number; heightPx?: number; clear?: boolean } = {},
): Promise<Buffer> {
  const rgba = Buffer.alloc(widthPx * heightPx * 4)
  for (let at = 0; at < rgba.length; at += 4) {
    const left = (at / 4) % widthPx < widthPx / 2
    rgba.set([255, 0, 0, clear && left ? 0 : 255], at)
  }
  const drawn = sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
  const solid = clear ? drawn : drawn.removeAlpha()
  return await solid.toFormat(format === 'jpg' ? 'jpeg' : format, { quality: 95 }).toBuffer()
}

/** The colour of one pixel: red, green, blue and how much of it is seen. */
export async function pixelAt(bytes: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  const at = (y * info.width + x) * 4
  return [...data.subarray(at, at + 4)]
}
