// thumbnail: the step that makes a small JPEG of what is on the screen at a time.
import type { Command } from '../../../engine/command.ts'
import { printChain } from '../../../engine/filtergraph.ts'
import { probe } from '../../../ffmpeg/probe.ts'
import { AppError } from '../../../lib/errors.ts'
import type { Micros } from '../../../lib/time.ts'
import { defineStep } from '../../../runs/steps/contract.ts'
import { thumbnailParams } from '../work.ts'
import { stillFilters, toneFilters } from './colours.ts'
import { stillOutput } from './encoders.ts'
import { frameAt, sourceChains } from './frame-filters.ts'
import { ofMade } from './made-file.ts'
import { factsOf, type MakingMeans, makeOnce, openMoving, type Source } from './making.ts'
import { QUIET, reading, STORED_TIMES } from './reading.ts'
import { within } from './sizes.ts'

export function thumbnailStep(means: MakingMeans) {
  const { processes, capabilities, limits } = means
  return defineStep({
    name: 'motion.thumbnail',
    params: thumbnailParams,
    run: (params, context) =>
      makeOnce(means, context, { kind: 'motion.thumbnail', output: 'thumbnail', params }, async () => {
        const { workspace, signal } = context
        const source = await openMoving(means, context, params.source)
        await processes.run(
          thumbnailCommand(source, params.atUs, capabilities),
          { reads: [source.path], writes: workspace.outputs },
          { signal, limits: { wallMs: limits.wallSeconds * 1000, outputBytes: limits.outputBytes } },
        )
        const file = workspace.output(NAME)
        const made = await ofMade(probe(processes, file, { signal }))
        if (made.video?.codec !== 'mjpeg') throw new AppError('output_rejected', 'The thumbnail is not a JPEG')
        return { file, facts: factsOf(made) }
      }),
  })
}

const NAME = 'thumbnail.jpg'
const LONGEST_PX = 320

function thumbnailCommand(source: Source, atUs: Micros, capabilities: Parameters<typeof toneFilters>[1]): Command {
  const { probe: seen, video } = source
  // The end itself is not shown any more.
  const shownUs = Math.min(atUs, Math.max(0, (seen.durationUs ?? 0) - 1))
  const small = stillFilters(video, within(video, LONGEST_PX))
  const filters = [...frameAt(shownUs, 0), ...toneFilters(video, capabilities), ...small]
  const chains = [...sourceChains(source, shownUs + 1), printChain(['source'], filters, ['shown'])]
  const args = [...QUIET, ...STORED_TIMES, ...reading(seen.demuxer, shownUs), '-filter_complex', chains.join(';')]
  return { program: 'ffmpeg', args: [...args, '-map', '[shown]', ...stillOutput(NAME)] }
}
