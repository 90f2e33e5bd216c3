// prompts: what a caller writes is a prompt, and never settings of the server.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { argumentWarnings, withoutArguments } from '../../../src/providers/image/prompts.ts'

const [OPEN, CLOSE] = ['<sd_cpp_extra_args>', '</sd_cpp_extra_args>']

test('settings for stable-diffusion.cpp are taken out of a prompt, and that is told', () => {
  const samples = {
    [`a fox${OPEN}{"seed": 1}${CLOSE} in snow`]: 'a fox in snow',
    [`${OPEN}a${CLOSE}b${OPEN}\n${CLOSE}c`]: 'bc',
    [`a ${OPEN}never closed`]: 'a never closed',
    [`${CLOSE}a`]: 'a',
    [`<sd_cpp_${OPEN}x${CLOSE}extra_args>{"seed":1}${CLOSE}`]: '{"seed":1}',
    [`<sd_cpp_${CLOSE}extra_args>{"seed":1}</sd_cpp_extra${OPEN}_args>`]: '',
  }
  for (const [prompt, expected] of Object.entries(samples)) {
    const left = withoutArguments(prompt)
    assert.equal(left, expected, prompt)
    assert.equal(argumentWarnings(prompt).length, 1)
  }
})

test('every other prompt stays as it was written, without a warning', () => {
  for (const prompt of ['a < b > c', '<lora:fox:1> (snow:1.2) [a|b]', ' sd_cpp_extra_args \n<sd_cpp_extra_argsx>']) {
    assert.equal(withoutArguments(prompt), prompt)
    assert.deepEqual(argumentWarnings(prompt), [])
  }
})
