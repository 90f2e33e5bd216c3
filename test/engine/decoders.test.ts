// decoders: somebody has looked at each decoder of this machine's ffmpeg, and said whether it is used.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DECODERS } from '../../src/engine/decoders.ts'
import { LEFT_OUT } from '../../src/engine/decoders-left-out.ts'
import { readCapabilities } from '../../src/ffmpeg/capabilities.ts'
import { processes } from '../ffmpeg/processes.ts'

const leftOut = LEFT_OUT.flatMap(({ decoders }) => decoders)

test('each decoder is used, or left out for a reason, and none is both', async () => {
  const { decoders } = await readCapabilities(processes)
  const looked = [...DECODERS, ...leftOut]
  assert.deepEqual(
    [...decoders].filter(name => !looked.includes(name)),
    [],
  )
  assert.equal(new Set(looked).size, looked.length)
})

test('nothing that opens a device is used', () => {
  for (const name of DECODERS) assert.doesNotMatch(name, /_(cuvid|qsv|v4l2m2m|mediacodec|mmal|amf|videotoolbox)$/)
})
