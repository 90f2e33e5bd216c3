// fps: gives moving pictures a constant frame rate, repeating or dropping frames and keeping their time.
import { z } from 'zod'
import { printRational } from '../../lib/rational.ts'
import { defineOperation, OperationFault } from './contract.ts'
import { frameRate, videoOf } from './parameters.ts'

export const fps = defineOperation({
  name: 'fps',
  summary: 'Gives moving pictures a constant frame rate.',
  inputs: { min: 1, max: 1 },
  params: z.strictObject({ fps: frameRate }),

  apply({ fps: rate }, [media], { names }) {
    const video = videoOf(media, names[0])
    if (video.picture) throw new OperationFault('/input', `"${names[0]}" is a picture and has no frame rate`)
    const filters = [{ name: 'fps', args: { fps: printRational(rate) } }] as const
    // Which frame is shown at an instant depends on the frames before it, so a later trim may not move before it.
    const node = { kind: 'filter', media: 'video', filters, of: [video.node], pointwise: false } as const
    return { ...media, video: { ...video, frameRate: rate, variableRate: false, node } }
  },
})
