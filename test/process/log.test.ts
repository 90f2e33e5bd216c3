// log: the line of ffmpeg's own words that is worth showing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usefulLine, withoutHostPaths } from '../../src/process/log.ts'

// As ffmpeg 5.1 printed them.
const LOGS: readonly (readonly [log: string, useful: string | undefined])[] = [
  [
    '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5600613e5840] moov atom not found\nfile:/in/0: Invalid data found when processing input\n',
    'moov atom not found',
  ],
  [
    '[libx264 @ 0x5559cea47dc0] width not divisible by 2 (33x33)\nError initializing output stream 0:0 -- Error while opening encoder for output stream #0:0 - maybe incorrect parameters such as bit_rate, rate, width or height\nConversion failed!\n',
    'width not divisible by 2 (33x33)',
  ],
  [
    "[AVFilterGraph @ 0x55b160f51980] No such filter: 'nope'\nError initializing complex filters.\nInvalid argument\n",
    "No such filter: 'nope'",
  ],
  [
    "Stream map '0:5' matches no streams.\nTo ignore this, add a trailing '?' to the map.\n",
    "Stream map '0:5' matches no streams.",
  ],
  [
    "[libx264 @ 0x55d370711dc0] [Eval @ 0x7ffd19cd3a00] Undefined constant or missing '(' in 'x'\n[libx264 @ 0x55d370711dc0] Unable to parse option value \"x\"\n[libx264 @ 0x55d370711dc0] Error setting option b to value x.\n",
    'Unable to parse option value "x"',
  ],
  ['file:/in/0: Invalid data found when processing input\n', '/in/0: Invalid data found when processing input'],
  ['cannot load /usr/lib/x86_64-linux-gnu/libx.so: bad\n', 'cannot load …: bad'],
  ['Conversion failed!\n', 'Conversion failed!'],
  ['speed 30000/1001 is odd', 'speed 30000/1001 is odd'],
  ['frame=  1 fps=0\rtag says \u001b[31mred\u0007\r\n', 'tag says  [31mred'],
  ['\n', undefined],
]

for (const [log, useful] of LOGS) {
  test(`the useful line of ${JSON.stringify(log.slice(0, 60))} is ${useful}`, () => {
    assert.equal(usefulLine(log), useful)
  })
}

test('paths of the host get the names that the command knows', () => {
  const box = { reads: ['/srv/in', '/srv/in/deep'], writes: '/srv/scratch/run_1' }
  assert.equal(
    withoutHostPaths('/srv/in/deep: bad\n/srv/in: worse\n/srv/scratch/run_1/o.mp4: worst', box),
    '/in/1: bad\n/in/0: worse\n/out/o.mp4: worst',
  )
})
