// screen: what people see.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { printSize, printTook, progressLine, table } from '../../src/cli/screen.ts'

test('on a terminal the progress draws over itself', () => {
  const drawn = draw(true, [0, 50, 100])
  assert.equal(drawn.split('\n').length, 1)
  assert.match(drawn, /█{15}░{15} {2}50\.0 % {2}render/)
})

test('elsewhere it says a line for every quarter, and none twice', () => {
  assert.equal(draw(false, [1, 26, 30, 49, 51, 100, 100]), '  26 %  render\n  51 %  render\n  100 %  render\n')
})

test('a table is as wide as its widest cells', () => {
  assert.equal(
    table([
      ['FILE', 'SIZE'],
      ['a-long-name.mp4', '1 kB'],
    ]),
    '  FILE             SIZE\n  a-long-name.mp4  1 kB\n',
  )
})

test('sizes and times are short', () => {
  assert.deepEqual([printSize(1), printSize(999_999), printSize(4_400_000)], ['1 kB', '1000 kB', '4.4 MB'])
  assert.deepEqual([printTook(12.3), printTook(5432)], ['12 ms', '5.4 s'])
})

function draw(isTTY: boolean, percents: readonly number[]): string {
  let text = ''
  const line = progressLine({ isTTY, write: (written: string) => (text += written) })
  for (const percent of percents) line.draw(percent, 'render')
  line.end()
  return text
}
