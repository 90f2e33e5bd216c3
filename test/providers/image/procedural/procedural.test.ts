// procedural: orders to pictures through threads: sizes, formats, the same bytes again, many at once, and giving up.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { promisify } from 'node:util'
import sharp from 'sharp'
import type { ImageOrder, ImageWork } from '../../../../src/providers/image/contract.ts'
import { paint } from '../../../../src/providers/image/procedural/paint.ts'
import { proceduralProvider } from '../../../../src/providers/image/procedural/procedural.ts'

const ORDER: ImageOrder = {
  model: 'procedural',
  prompt: 'A serene lake',
  size: { widthPx: 128, heightPx: 130 },
  count: 1,
  seed: 11,
  seedIsAsked: true,
  format: 'png',
  quality: 80,
}

function working(signal = new AbortController().signal, progress: ImageWork['progress'] = () => {}): ImageWork {
  return { signal, progress, notes: { found: undefined, keep: async () => {} }, pause: async () => {} }
}

function bytesOf(pictures: readonly object[]): Buffer[] {
  return pictures.map(picture =>
    'bytes' in picture && Buffer.isBuffer(picture.bytes) ? picture.bytes : Buffer.alloc(0),
  )
}

test('says what it is: algorithmic, and without what only models have', async () => {
  await using provider = proceduralProvider()
  const [model, ...others] = provider.models
  assert.deepEqual(others, [])
  assert.equal(model?.kind, 'algorithmic')
  assert.deepEqual(
    [model?.steps, model?.guidance, model?.takesNegativePrompt, model?.takesSeed],
    [undefined, undefined, false, true],
  )
})

test('the same order is the same bytes, from another provider too and after other pictures', async () => {
  await using one = proceduralProvider()
  await using other = proceduralProvider()
  for (const format of ['png', 'jpg', 'webp'] as const) {
    const first = bytesOf((await one.generate({ ...ORDER, format }, working())).pictures)
    await other.generate({ ...ORDER, prompt: 'something else', format }, working())
    const second = bytesOf((await other.generate({ ...ORDER, format }, working())).pictures)
    assert.ok(first[0]?.length)
    assert.deepEqual(second, first)
  }
})

test('each format has its size to the pixel, and PNG has every pixel as it was painted', async () => {
  await using provider = proceduralProvider()
  for (const [format, written] of [
    ['png', 'png'],
    ['jpg', 'jpeg'],
    ['webp', 'webp'],
  ] as const)
    for (const size of [
      { widthPx: 128, heightPx: 131 },
      { widthPx: 333, heightPx: 128 },
    ]) {
      const { pictures } = await provider.generate({ ...ORDER, size, format }, working())
      const facts = await sharp(bytesOf(pictures)[0]).metadata()
      assert.deepEqual(
        [facts.format, facts.width, facts.height, facts.channels],
        [written, size.widthPx, size.heightPx, 3],
      )
    }
  const { pictures } = await provider.generate(ORDER, working())
  const pixels = await sharp(bytesOf(pictures)[0]).raw().toBuffer()
  assert.ok(pixels.equals(paint({ prompt: ORDER.prompt, seed: ORDER.seed, ...ORDER.size }, () => {})))
})

test('quality is heard, also at its ends', async () => {
  await using provider = proceduralProvider()
  for (const format of ['jpg', 'webp'] as const) {
    const sizes: number[] = []
    for (const quality of [0, 50, 100])
      sizes.push(bytesOf((await provider.generate({ ...ORDER, format, quality }, working())).pictures)[0]?.length ?? 0)
    assert.deepEqual(
      sizes.toSorted((a, b) => a - b),
      sizes,
    )
    assert.equal(new Set(sizes).size, 3)
  }
})

test('the second picture of an order is the first of the next seed', async () => {
  await using provider = proceduralProvider()
  const both = await provider.generate({ ...ORDER, count: 2 }, working())
  assert.deepEqual(
    both.pictures.map(({ seed }) => seed),
    [ORDER.seed, ORDER.seed + 1],
  )
  const next = await provider.generate({ ...ORDER, seed: ORDER.seed + 1 }, working())
  assert.deepEqual(bytesOf(both.pictures)[1], bytesOf(next.pictures)[0])
  assert.notDeepEqual(bytesOf(both.pictures)[0], bytesOf(both.pictures)[1])
})

test('a prompt without a word that it can paint is painted, with a warning that says what', async () => {
  await using provider = proceduralProvider()
  const { pictures, warnings } = await provider.generate({ ...ORDER, prompt: 'qwertz', count: 2 }, working())
  assert.equal(pictures.length, 2)
  assert.match(
    warnings.join(),
    /^No word of the prompt names what this program can paint: it chose \w+, in the mood of the words$/,
  )
  assert.deepEqual((await provider.generate(ORDER, working())).warnings, [])
})

test('progress only grows, and stays within one', async () => {
  await using provider = proceduralProvider()
  const told: number[] = []
  await provider.generate(
    { ...ORDER, count: 3 },
    working(undefined, fraction => told.push(fraction)),
  )
  assert.ok(told.length > 10)
  assert.deepEqual(
    told.toSorted((a, b) => a - b),
    told,
  )
  assert.ok(told.every(fraction => fraction > 0 && fraction <= 1))
})

test('24 orders at once are all painted, and the event loop turns before any is', async () => {
  await using provider = proceduralProvider()
  let done = 0
  const orders = Array.from({ length: 24 }, async (_, seed) => {
    const { pictures } = await provider.generate({ ...ORDER, seed }, working())
    done += 1
    return bytesOf(pictures)[0]?.toString('base64')
  })
  await new Promise(setImmediate)
  assert.equal(done, 0)
  assert.equal(new Set(await Promise.all(orders)).size, 24)
})

test('what runs in the event loop knows nothing of painting and encoding', () => {
  const seen = new Set<string>()
  const follow = (file: URL) => {
    if (seen.has(file.pathname)) return
    seen.add(file.pathname)
    // Types are erased, so they do not count.
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?!type )[^;]*?from '([^']+)'/gm,
    ))
      if (path.startsWith('.')) follow(new URL(path, file))
      else seen.add(path)
  }
  follow(new URL('../../../../src/providers/image/procedural/procedural.ts', import.meta.url))
  assert.ok(
    [...seen].some(name => name.endsWith('/procedural/pool.ts')),
    'the imports were followed',
  )
  assert.deepEqual(
    [...seen].filter(name => /\/(?:paint|develop|thread|easel)\.ts$|^sharp$/.test(name)),
    [],
  )
})

test('an order that is given up rejects with the reason, waiting or under way, and the next one is painted', async () => {
  await using provider = proceduralProvider()
  const reason = new Error('not any more')
  const stop = new AbortController()
  const large = { ...ORDER, size: { widthPx: 2048, heightPx: 2048 }, count: 4 }
  const first = provider.generate(
    large,
    working(stop.signal, () => stop.abort(reason)),
  )
  const second = provider.generate(large, working(stop.signal))
  await Promise.all([first, second].map(order => assert.rejects(order, reason)))
  await assert.rejects(provider.generate(ORDER, working(AbortSignal.abort(reason))), reason)
  assert.equal((await provider.generate(ORDER, working())).pictures.length, 1)
})

test('a provider that is closed gives back what it had, and takes nothing more', async () => {
  const provider = proceduralProvider()
  const orders = Array.from({ length: 6 }, (_, seed) => provider.generate({ ...ORDER, seed, count: 4 }, working()))
  const ends = Promise.all(orders.map(order => assert.rejects(order, { code: 'worker_stopping' })))
  await provider[Symbol.asyncDispose]()
  await ends
  await assert.rejects(provider.generate(ORDER, working()), { code: 'worker_stopping' })
  await provider[Symbol.asyncDispose]()
})

test('closing one that never painted is nothing', async () => {
  await proceduralProvider()[Symbol.asyncDispose]()
})

test('a process that has its picture ends, also when nobody closes the provider', async () => {
  const url = new URL('../../../../src/providers/image/procedural/procedural.ts', import.meta.url)
  const program = `
    import { proceduralProvider } from ${JSON.stringify(url.href)}
    const work = { signal: new AbortController().signal, progress() {}, notes: { keep: async () => {} }, pause: async () => {} }
    const { pictures } = await proceduralProvider().generate(${JSON.stringify(ORDER)}, work)
    console.log(pictures.length)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    timeout: 60_000,
  })
  assert.equal(stdout, '1\n')
})
