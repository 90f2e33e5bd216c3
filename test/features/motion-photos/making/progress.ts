// progress: the makers tell how far they are while they work, from what ffmpeg says, and never go back.
import assert from 'node:assert/strict'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { convertSteps, prepareSteps } from '../../../../src/features/motion-photos/work.ts'
import type { NewStep } from '../../../../src/runs/steps/contract.ts'
import { makeClip } from '../../../fixtures/clips.ts'
import type { House } from '../../../fixtures/house.ts'
import { asked, begin, keep } from './kept.ts'

export function progress(opened: () => House): void {
  describe('telling how far the work is', () => {
    let house: House
    let source: string
    before(async () => {
      house = opened()
      const large = await makeClip(house.uploads, { name: 'large.webm', seconds: 4, size: '1280x720', rate: 25 })
      source = await keep(house, large)
    })

    /** The per cents of a run, as they were told. */
    async function told(steps: NewStep[]): Promise<number[]> {
      const run = await begin(house, steps)
      const percents: number[] = []
      for await (const { type, data } of house.runs.events(run.id, run, 0, AbortSignal.timeout(60_000)))
        if (type === 'run.progress') percents.push(Number(data['overall_percent']))
      assert.equal((await house.runs.get(run.id, run)).status, 'completed')
      return percents
    }

    const range = { startUs: 0, endUs: 4_000_000, coverUs: 2_000_000 }
    const works: readonly (readonly [what: string, steps: () => NewStep[]])[] = [
      ['a preview', () => prepareSteps({ source })],
      ['a photo', () => convertSteps(asked({ source, ...range }))],
      ['a slow clip', () => convertSteps(asked({ source, ...range, speed: 0.5, format: 'mp4' }))],
      ['a fast clip', () => convertSteps(asked({ source, ...range, speed: 2, format: 'mp4' }))],
      ['a GIF', () => convertSteps(asked({ source, ...range, format: 'gif', maxSidePx: 320 }))],
      ['a WebP', () => convertSteps(asked({ source, ...range, format: 'webp', maxSidePx: 640 }))],
    ]

    for (const [what, steps] of works)
      test(`${what} tells it all along`, async () => {
        const percents = await told(steps())
        assert.ok(
          percents.every((percent, index) => percent > (percents[index - 1] ?? -1)),
          `${percents}`,
        )
        assert.equal(percents.at(-1), 100)
        assert.ok(percents.filter(percent => percent > 0 && percent < 85).length >= 3, `${percents}`)
      })

    test('a copy that turns out useless has not used up what the encoder tells after it', async () => {
      const playable = await keep(
        house,
        await makeClip(house.uploads, { name: 'playable.mp4', seconds: 4, size: '1280x720', rate: 25 }),
      )
      const short = await makeClip(house.uploads, { name: 'short.mp4', seconds: 1, size: '160x120' })
      let copies = 0
      const end = house.meddle(async ({ args }, { writes }) => {
        if (!args.includes('copy') || !writes) return
        copies++
        await copyFile(short, join(writes, 'preview.mp4'))
      })
      const percents = await told(prepareSteps({ source: playable }))
      end()
      assert.equal(copies, 1)
      assert.ok(
        percents.every((percent, index) => percent > (percents[index - 1] ?? -1)),
        `${percents}`,
      )
      assert.ok(percents.filter(percent => percent > 50 && percent < 94).length >= 2, `${percents}`)
    })
  })
}
