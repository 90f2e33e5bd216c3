// progress: many nodes make one number that only grows.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sumProgress } from '../../../../src/providers/image/comfyui/progress.ts'

const node = (class_type: string) => ({ class_type, inputs: {} })
const TWICE = { 1: node('KSampler'), 2: node('KSamplerSelect'), 3: node('SamplerCustomAdvanced'), 4: node('VAEDecode') }

function record(graph: Parameters<typeof sumProgress>[0]) {
  const told: number[] = []
  return { told, tell: sumProgress(graph, fraction => told.push(Number(fraction.toFixed(4)))) }
}

test('two samplers are half of it each', () => {
  const { told, tell } = record(TWICE)
  for (const [id, fraction] of [
    ['1', 0.5],
    ['1', 1],
    ['3', 0.5],
    ['3', 1],
  ] as const)
    tell(id, fraction)
  assert.deepEqual(told, [0.2375, 0.475, 0.7125, 0.95])
})

test('what begins again, or comes unexpected, takes nothing back', () => {
  const { told, tell } = record({ 1: node('KSampler') })
  for (const fraction of [0.5, 1, 0.1, 1]) tell('1', fraction)
  for (const fraction of [0.1, 0.5, 1]) tell('a node of somebody', fraction)
  assert.deepEqual(told, [0.475, 0.95])
})
