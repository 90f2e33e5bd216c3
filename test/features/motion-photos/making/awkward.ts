// awkward: sources that once were refused, though there is nothing wrong with them.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { convertSteps } from '../../../../src/features/motion-photos/work.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import { describeMedia } from '../../../fixtures/ffprobe.ts'
import type { House } from '../../../fixtures/house.ts'
import { asked, keep, make } from './kept.ts'

export function awkward(opened: () => House): void {
  describe('making a photo of', () => {
    let house: House
    before(async () => {
      house = opened()
    })

    test('a slow fade, where one frame differs from the next by its brightness alone', async () => {
      const tags = ['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709']
      const fade = ['-vf', 'fade=t=in:st=0:d=2,scale=out_color_matrix=bt709', ...tags]
      const clip = { name: 'fade.mp4', seconds: 2, size: '320x180', rate: 24, pattern: 'smptehdbars', extra: fade }
      const source = await keep(house, await makeClip(house.uploads, clip))
      for (const coverUs of [250_000, 500_000, 1_000_000, 1_500_000])
        await make(house, convertSteps(asked({ source, startUs: 110_000, endUs: 1_800_000, coverUs })))
    })

    test('a film with six channels of sound', async () => {
      const clip = { name: 'surround.mp4', seconds: 2, size: '160x90', rate: 25, extra: ['-ac', '6'] }
      const source = await keep(house, await makeClip(house.uploads, clip))
      const times = { startUs: 0, endUs: 1_500_000, coverUs: 500_000, speed: 1.5 }
      const { file } = await make(house, convertSteps(asked({ source, ...times, format: 'mp4' })))
      assert.equal(await describeMedia(file), '1 s, h264 160x90, aac')
    })
  })
}
