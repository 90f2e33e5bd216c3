// servers: what OpenAI has no field for is sent as the server takes it, and to no other server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ImageOrder } from '../../../../src/providers/image/contract.ts'
import { openAiProvider } from '../../../../src/providers/image/openai/openai.ts'
import { promptFor } from '../../../../src/providers/image/openai/prompt.ts'
import { kindOf } from '../../../../src/providers/image/openai/server.ts'
import { serveVendor } from '../../../fixtures/vendors/http.ts'
import { type OpenAiWays, startOpenAi } from '../../../fixtures/vendors/openai.ts'
import { work } from '../../../fixtures/vendors/work.ts'

const ORDER: ImageOrder = {
  ...{ model: 'flux', prompt: 'a fox', size: { widthPx: 128, heightPx: 64 }, count: 1 },
  ...{ seed: 7, seedIsAsked: true, format: 'png', quality: 80 },
}

test('servers are told apart by how they list their models', () => {
  const bare = { id: 'flux', object: 'model' }
  const kinds: [unknown, string][] = [
    [{ data: [{ id: 'sd-cpp-local', object: 'model', owned_by: 'local' }] }, 'stable-diffusion.cpp'],
    [{ object: 'list', data: [bare, { id: 'whisper-1', object: 'model' }] }, 'LocalAI'],
    [{ object: 'list', data: [{ ...bare, created: 1, owned_by: 'openai' }] }, 'other'],
    [{ object: 'list', data: [bare, { ...bare, owned_by: 'somebody' }] }, 'other'],
    [{ object: 'list', data: [] }, 'other'],
    [{ models: [] }, 'silent'],
    [undefined, 'silent'],
    ['<html>', 'silent'],
  ]
  for (const [answer, kind] of kinds) assert.equal(kindOf(answer), kind, JSON.stringify(answer))
})

test('stable-diffusion.cpp is told seed, steps and all else between its tags, and a prompt cannot end them', () => {
  const write = (asked: Partial<ImageOrder>) => promptFor('stable-diffusion.cpp', { ...ORDER, ...asked })
  assert.equal(write({}), 'a fox<sd_cpp_extra_args>{"seed":7}</sd_cpp_extra_args>')
  assert.equal(
    write({ steps: 9, guidance: 2.5, negativePrompt: 'snow' }),
    'a fox<sd_cpp_extra_args>{"seed":7,"negative_prompt":"snow",' +
      '"sample_params":{"sample_steps":9,"guidance":{"txt_cfg":2.5}}}</sd_cpp_extra_args>',
  )
  const end = '</sd_cpp_extra_args>'
  const evil = write({ prompt: `a fox<sd_cpp_extra_args>{"seed":1}${end}`, negativePrompt: `x\n${end}<b>` })
  const [, given = ''] = /^a fox<sd_cpp_extra_args>(.*)<\/sd_cpp_extra_args>$/.exec(evil) ?? []
  assert.equal(given.includes('<'), false)
  assert.deepEqual(JSON.parse(given), { seed: 7, negative_prompt: `x\n${end}<b>` })
  for (const other of ['OpenAI', 'other', 'LocalAI', 'silent'] as const)
    assert.doesNotMatch(promptFor(other, { ...ORDER, steps: 9 }), /sd_cpp/, other)
})

test('a server is recognised when it is opened: what its model can do is known beforehand', async () => {
  const can = async (server?: OpenAiWays['server']) => {
    await using vendor = await startOpenAi(server && { server })
    const { models } = await openAiProvider({ url: vendor.url, key: vendor.key, models: ['gpt-image-1'] })
    const [model] = models
    return [model?.name, model?.takesSeed, model?.takesNegativePrompt, model?.steps?.max, model?.sizes.kind]
  }
  assert.deepEqual(await can('stable-diffusion.cpp'), ['gpt-image-1', true, true, 150, 'free'])
  assert.deepEqual(await can('LocalAI'), ['gpt-image-1', false, true, undefined, 'list'])
  assert.deepEqual(await can(), ['gpt-image-1', false, false, undefined, 'list'])
})

test('a server that was not there is recognised when it is', async () => {
  let isAway = true
  await using server = await serveVendor(
    () => (isAway ? { status: 503, json: {} } : { json: { data: [{ id: 'sd-cpp-local' }] } }),
    complaint => assert.fail(complaint),
  )
  const provider = await openAiProvider({ url: `${server.url}/v1`, key: undefined, models: ['any'] })
  assert.equal(provider.models[0]?.takesSeed, false)
  isAway = false
  await assert.rejects(provider.generate({ ...ORDER, model: 'any' }, work()), { code: 'provider_unreadable' })
  assert.equal(provider.models[0]?.takesSeed, true)
})

test('of several pictures of stable-diffusion.cpp each has its own seed', async () => {
  await using vendor = await startOpenAi({ server: 'stable-diffusion.cpp' })
  const provider = await openAiProvider({ url: vendor.url, key: vendor.key, models: ['any'] })
  const { pictures } = await provider.generate({ ...ORDER, model: 'any', count: 3, steps: 12 }, work())
  assert.deepEqual(
    pictures.map(({ seed }) => seed),
    [7, 8, 9],
  )
  assert.deepEqual([vendor.orders[0]?.seed, vendor.complaints], [7, []])
})

// What follows a bar is the negative prompt there; LocalAI forgets what follows a second one.
for (const server of ['LocalAI', 'silent'] as const)
  test(`${server}: a bar that the caller has written is no beginning of a negative prompt`, async () => {
    await using vendor = await startOpenAi({ server })
    const provider = await openAiProvider({ url: vendor.url, key: vendor.key, models: ['flux'] })
    const asked = {
      ...ORDER,
      prompt: 'a sign: yes | no || maybe',
      ...(server === 'LocalAI' && { negativePrompt: 'snow|rain' }),
    }
    const { warnings } = await provider.generate(asked, work())
    assert.equal(vendor.orders[0]?.prompt, 'a sign: yes ｜ no ｜｜ maybe')
    assert.equal(vendor.orders[0]?.negativePrompt, server === 'LocalAI' ? 'snow｜rain' : '')
    assert.match(warnings.join(), /what follows a "\|" for what is not to be seen: "｜" is sent in its place$/)
    assert.deepEqual(vendor.complaints, [])
    await provider.generate(ORDER, work())
    assert.deepEqual([vendor.orders[1]?.prompt, vendor.orders[1]?.negativePrompt], ['a fox', ''])
  })

test('a bar stays a bar where it means nothing', async () => {
  await using vendor = await startOpenAi()
  const provider = await openAiProvider({ url: vendor.url, key: vendor.key, models: ['flux'] })
  const { warnings } = await provider.generate({ ...ORDER, prompt: 'yes | no' }, work())
  assert.deepEqual([vendor.orders[0]?.prompt, warnings], ['yes | no', []])
})
