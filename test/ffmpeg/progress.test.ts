// progress: from ffmpeg's key=value lines to a fraction that never goes back.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressReader } from '../../src/ffmpeg/progress.ts'

function heard(expectedUs: number, ...lines: string[]): number[] {
  const fractions: number[] = []
  lines.forEach(progressReader({ expectedUs }, fraction => fractions.push(fraction)))
  return fractions
}

test('out_time over the expected duration is the fraction', () => {
  const lines = ['frame=10', 'fps=0.0', 'out_time_us=1000000', 'out_time=00:00:01.000000', 'progress=continue']
  assert.deepEqual(heard(4_000_000, ...lines, 'out_time_us=3000000', 'progress=end'), [0.25, 0.75])
})

test('it never goes back and says nothing twice', () => {
  assert.deepEqual(heard(10, 'out_time_us=5', 'out_time_us=4', 'out_time_us=5', 'out_time_us=6'), [0.5, 0.6])
})

test('it stays below 1 until the process has ended', () => {
  assert.deepEqual(heard(10, 'out_time_us=10', 'out_time_us=20'), [0.999])
})

test('N/A, negative times, noise and an unknown duration are passed over', () => {
  assert.deepEqual(heard(10, 'out_time_us=N/A', 'out_time_us=-3', 'out_time_us=', 'xout_time_us=5', ''), [])
  assert.deepEqual(heard(0, 'out_time_us=0', 'out_time_us=5', 'out_time_us=-5'), [])
})

test('where the clock says nothing, frames are counted', () => {
  const fractions: number[] = []
  const read = progressReader({ expectedFrames: 8 }, fraction => fractions.push(fraction))
  for (const line of ['frame=0', 'frame=2', 'out_time_us=99999018667', 'frame=   4', 'frame=-6', 'frame=9']) read(line)
  assert.deepEqual(fractions, [0.25, 0.5, 0.999])
})
