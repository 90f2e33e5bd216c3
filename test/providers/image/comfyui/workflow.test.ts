// workflow: files that pictures can be ordered with are models; what is wrong with the others is said, with their names.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { comfyUiProvider } from '../../../../src/providers/image/comfyui/comfyui.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kinora-workflows-'))
})
after(() => rm(directory, { recursive: true }))

const node = (inputs: object, class_type = 'CLIPTextEncode') => ({ class_type, inputs })
const prompt = node({ text: '{{prompt}}' })

for (const [name, written, words] of [
  ['text', 'not { json', /is not JSON/],
  ['list', [prompt], /not in the API format/],
  ['nothing', {}, /not in the API format/],
  ['null', null, /not in the API format/],
  ['no-inputs', { 1: { class_type: 'CLIPTextEncode' } }, /not in the API format/],
  ['editor', { nodes: [{ id: 1, type: 'KSampler' }], links: [], version: 0.4 }, /format of the editor.*Export \(API\)/],
  ['silent', { 1: node({ text: 'a fox' }) }, /has no \{\{prompt\}\}/],
  ['in-class', { 1: node({}, '{{prompt}}') }, /has no \{\{prompt\}\}/],
  ['one-side', { 1: prompt, 2: node({ width: '{{width}}' }) }, /only one of \{\{width\}\} and \{\{height\}\}/],
  ['typo', { 1: prompt, 2: node({ steps: '{{stpes}}' }) }, /has \{\{stpes\}\}/],
] as const)
  test(`a workflow that is wrong (${name}) is told by its name`, async () => {
    const path = await put(name, written)
    await assert.rejects(open([path]), ({ code, message }: { code: string; message: string }) => {
      assert.equal(code, 'config_invalid')
      assert.match(message, words)
      assert.ok(message.startsWith(`The ComfyUI workflow ${name}.json `), message)
      assert.ok(!message.includes(directory), message)
      return true
    })
  })

test('a workflow that is not there is told by its name', async () => {
  const message = /^The ComfyUI workflow gone\.json cannot be read/
  await assert.rejects(open([join(directory, 'gone.json')]), { code: 'config_invalid', message })
})

test('two workflows of one name are refused', async () => {
  const path = await put('twin', { 1: prompt })
  await assert.rejects(open([path, path]), { code: 'config_invalid', message: /two ComfyUI workflows called twin/ })
})

test('a model can do what its workflow has room for', async () => {
  const path = await put('portrait', {
    1: prompt,
    2: node({ text: '{{negative_prompt=blurry}}' }),
    3: node({ width: '{{width=832}}', height: '{{height=1216}}', batch_size: '{{count}}' }, 'EmptyLatentImage'),
    4: node({ seed: '{{seed}}', steps: '{{steps=4}}', cfg: '{{guidance=1.5}}' }, 'KSampler'),
  })
  const { models } = await open([path])
  const { about, usualMs, ...model } = models[0] ?? assert.fail('there is a model')
  assert.deepEqual(model, {
    name: 'portrait',
    kind: 'trained',
    sizes: { kind: 'free', minPx: 64, maxPx: 2048, multipleOf: 8, usual: { widthPx: 832, heightPx: 1216 } },
    maxCount: 4,
    steps: { min: 1, max: 150, usual: 4 },
    guidance: { min: 0, max: 100, usual: 1.5 },
    takesNegativePrompt: true,
    takesSeed: true,
    formats: ['png'],
  })
})

test('what a workflow has no room for, its model cannot do; its size is the one that it samples in', async () => {
  const path = await put('poster', {
    1: prompt,
    2: node({ width: 4096, height: 4096 }, 'ImageScale'),
    3: node({ width: 512, height: 768, batch_size: 1 }, 'EmptySD3LatentImage'),
  })
  const model = (await open([path])).models[0] ?? assert.fail('there is a model')
  assert.deepEqual(model.sizes, { kind: 'list', sizes: [{ widthPx: 512, heightPx: 768 }] })
  assert.deepEqual([model.maxCount, model.takesNegativePrompt, model.takesSeed], [1, false, false])
  assert.deepEqual([model.steps, model.guidance], [undefined, undefined])
})

test('the workflow that comes with Kinora is a model of its own', async () => {
  const [model] = (await open(undefined)).models
  assert.equal(model?.name, 'comfyui')
  assert.equal(model?.takesNegativePrompt && model.takesSeed && model.maxCount > 1, true)
})

async function put(name: string, written: unknown): Promise<string> {
  const path = join(directory, `${name}.json`)
  await writeFile(path, typeof written === 'string' ? written : JSON.stringify(written))
  return path
}

function open(workflows: readonly string[] | undefined) {
  return comfyUiProvider({ url: 'http://127.0.0.1:1', workflows })
}
