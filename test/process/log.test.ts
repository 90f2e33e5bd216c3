// log: the line of ffmpeg's own words that is worth showing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { usefulLine, withoutHostPaths } from '../../src/process/log.ts'

// As ffmpeg 5.1 printed them, and behind them 7.1.
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
  [
    '[libx264 @ 0x55b411f580c0] width not divisible by 2 (33x33)\n[vost#0:0/libx264 @ 0x55b411fd2180] Error while opening encoder - maybe incorrect parameters such as bit_rate, rate, width or height.\n[vf#0:0 @ 0x55b411fd35c0] Error sending frames to consumers: Generic error in an external library\n[vf#0:0 @ 0x55b411fd35c0] Task finished with error code: -542398533 (Generic error in an external library)\n[vf#0:0 @ 0x55b411fd35c0] Terminating thread with return code -542398533 (Generic error in an external library)\n[vost#0:0/libx264 @ 0x55b411fd2180] Could not open encoder before EOF\n[out#0/mp4 @ 0x55b411fd3000] Nothing was written into output file, because at least one of its streams received no packets.\n',
    'width not divisible by 2 (33x33)',
  ],
  [
    "Stream map '' matches no streams.\nTo ignore this, add a trailing '?' to the map.\nFailed to set value '0:5' for option 'map': Invalid argument\nError parsing options for output file -.\nError opening output files: Invalid argument\n",
    "Stream map '' matches no streams.",
  ],
  [
    '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x5601b424a2c0] moov atom not found\n[in#0 @ 0x5601b424a000] Error opening input: Invalid data found when processing input\nError opening input file file:/in/0.\nError opening input files: Invalid data found when processing input\n',
    'moov atom not found',
  ],
  [
    "[AVFilterGraph @ 0x55fa1b2f1c40] No such filter: 'nope'\nError opening output file -.\nError opening output files: Filter not found\n",
    "No such filter: 'nope'",
  ],
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
