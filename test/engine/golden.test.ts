// golden: graphs whose commands have been read by somebody who knows ffmpeg. UPDATE_GOLDEN=1 writes them anew.
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { compile } from '../../src/engine/compile.ts'
import { inputOptions } from '../../src/engine/input-options.ts'
import { PROBES, type ProbeName } from '../fixtures/probes.ts'
import { MAKING, passesOf, planSpec, type Spec } from './spec-plan.ts'

type Golden = {
  readonly about: string
  readonly sources: Readonly<Record<string, ProbeName>>
  readonly spec: Spec
  /** Indices of the outputs that have not been made before; all when left out. */
  readonly missing?: readonly number[]
}

const FOLDER = new URL('../golden/', import.meta.url)
const names = readdirSync(FOLDER)
  .filter(name => name.endsWith('.json'))
  .map(name => name.slice(0, -'.json'.length))
  .sort()

test('there are goldens', () => assert.ok(names.length >= 36))

for (const name of names) {
  const golden = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Golden
  test(`${name}: ${golden.about}`, () => {
    const printed = print(golden)
    const file = new URL(`${name}.txt`, FOLDER)
    if (process.env['UPDATE_GOLDEN'] || !existsSync(file)) writeFileSync(file, printed)
    assert.equal(printed, readFileSync(file, 'utf8'))
  })
}

function print({ sources, spec, missing }: Golden): string {
  const probes = new Map(Object.entries(sources).map(([id, source]) => [id, PROBES[source]]))
  const { plan, warnings } = planSpec(spec, probes)
  const passes = passesOf(plan)
    .map(outputs => outputs.filter(({ index }) => missing?.includes(index) ?? true))
    .filter(outputs => outputs.length > 0)
    .map(outputs => {
      const { command, inputs, files } = compile(outputs, probes, MAKING)
      return [`${files.join(' ')} from ${inputs.join(' ')}`, ...groups(command.args)].join('\n')
    })
  const told = warnings.map(({ pointer, message }) => `warning ${pointer}: ${message}`)
  return `${[...passes, told.join('\n')].filter(part => part !== '').join('\n\n')}\n`
}

const DECODERS = inputOptions('mov')[inputOptions('mov').indexOf('-codec_whitelist') + 1] ?? ''
const FIRST_OF_A_LINE = ['-protocol_whitelist', '-filter_complex', '-c:v', '-c:a', '-map_metadata']

// A line for each input, each chain of filters, and of each output its streams, each encoder, and the file.
function groups(args: readonly string[]): string[] {
  const lines: string[][] = [[]]
  args.forEach((word, index) => {
    if (FIRST_OF_A_LINE.includes(word) || (word === '-map' && args[index - 2] !== '-map')) lines.push([])
    if (args[index - 1] === '-filter_complex') lines.at(-1)?.push(...word.split(';').map(chain => `\n    ${chain}`))
    else lines.at(-1)?.push(word === DECODERS ? 'DECODERS' : word)
  })
  return lines.map(words => `  ${words.join(' ').replaceAll(' \n', '\n')}`)
}
