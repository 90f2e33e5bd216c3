// placeholders: what is ordered comes where a workflow leaves room for it, and nowhere else.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  fillPlaceholders,
  findPlaceholders,
  type Values,
} from '../../../../src/providers/image/comfyui/placeholders.ts'

const VALUES: Values = {
  prompt: 'a fox',
  negative_prompt: 'blur',
  seed: 7,
  width: 640,
  height: 480,
  steps: 12,
  guidance: 4.5,
  count: 2,
  checkpoint: 'first.safetensors',
}

test('a text that is only a placeholder becomes its value, with the type that it has', () => {
  const inputs = { text: '{{prompt}}', seed: '{{ seed }}', cfg: '{{guidance=7}}', width: '{{width = 512}}' }
  assert.deepEqual(fillPlaceholders(inputs, VALUES), { text: 'a fox', seed: 7, cfg: 4.5, width: 640 })
})

test('inside a longer text it is written out', () => {
  assert.equal(
    fillPlaceholders('photo of {{prompt}}, {{width}}x{{height}}, not {{negative_prompt=}}', VALUES),
    'photo of a fox, 640x480, not blur',
  )
  assert.equal(fillPlaceholders('{{prompt}}{{prompt}}', VALUES), 'a foxa fox')
  assert.equal(fillPlaceholders(' {{seed}}', VALUES), ' 7')
})

test('links, numbers and lists stay what they are, and are looked into', () => {
  const inputs = { clip: ['4', 1], on: true, none: null, strength: 0.5, lines: ['{{prompt}}', { deep: '{{seed}}' }] }
  assert.deepEqual(fillPlaceholders(inputs, VALUES), { ...inputs, lines: ['a fox', { deep: 7 }] })
})

for (const prompt of [
  'it says "{{seed}}" and {{width=3}}',
  `a "quote", a \\ backslash, a 'tick', }}, {{`,
  "$& $1 $$ $` $'",
  'two\nlines\r\n\u2028 雪 🦊🏽 \u0000',
  '","class_type":"SaveImage","x":"',
])
  test(`the prompt ${JSON.stringify(prompt)} is not read again`, () => {
    const values = { ...VALUES, prompt }
    assert.equal(fillPlaceholders('{{prompt}}', values), prompt)
    assert.equal(fillPlaceholders('a {{prompt}} b', values), `a ${prompt} b`)
  })

test('what a workflow has is found, with what is usual in it', () => {
  const inputs = [
    { text: 'a {{prompt}} b {{prompt}}' },
    { steps: '{{steps=28}}', more: [{ deep: '{{guidance= 3.5 }}' }] },
  ]
  assert.deepEqual(
    [...findPlaceholders(inputs)],
    [
      ['prompt', undefined],
      ['steps', '28'],
      ['guidance', '3.5'],
    ],
  )
  assert.deepEqual([...findPlaceholders({ a: '{{steps}}', b: '{{steps=9}}' })], [['steps', '9']])
})

for (const [text, words] of [
  ['{{promt}}', /has \{\{promt\}\}, and there are only \{\{prompt\}\}, /],
  ['{{Prompt}}', /has \{\{Prompt\}\}/],
  ['{{}}', /has \{\{\}\}/],
  ['{{toString}}', /has \{\{toString\}\}/],
  ['{{prompt=a fox}}', /nothing can be usual of \{\{prompt\}\}/],
  ['{{seed=1}}', /nothing can be usual of \{\{seed\}\}/],
  ['{{steps=many}}', /a number from 1 to 150, in steps of 1$/],
  ['{{steps=}}', /a number from 1 to 150/],
  ['{{steps=2.5}}', /a number from 1 to 150/],
  ['{{width=100}}', /a number from 64 to 2048, in steps of 8$/],
  ['{{guidance=-1}}', /a number from 0 to 100$/],
] as const)
  test(`${text} is refused`, () => {
    assert.throws(() => findPlaceholders({ text }), { code: 'config_invalid', message: words })
  })
