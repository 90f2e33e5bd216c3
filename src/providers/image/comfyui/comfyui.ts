// comfyui: pictures from a ComfyUI server, one model for each workflow that it is set up with.
import { AppError } from '../../../lib/errors.ts'
import { openVendor } from '../../vendor.ts'
import type { ImageProvider } from '../contract.ts'
import { generate } from './generate.ts'
import { toModel } from './model.ts'
import { refusalIn } from './node-errors.ts'
import { openComfyUi } from './server.ts'
import type { ComfyUiSettings } from './settings.ts'
import { textToPicture } from './text-to-picture.ts'
import { readWorkflow, type Workflow } from './workflow.ts'

/** Throws `config_invalid` for a workflow that no picture can be ordered with. The server itself is not asked for yet. */
export async function comfyUiProvider({ url, workflows: paths }: ComfyUiSettings): Promise<ImageProvider> {
  const workflows = paths ? await Promise.all(paths.map(readWorkflow)) : [textToPicture]
  assertUnlike(workflows)
  const name = 'ComfyUI'
  const comfyUi = openComfyUi(openVendor({ name, baseUrl: url, wordsIn: refusalIn }))
  return {
    name,
    models: workflows.map(toModel),
    async generate(order, work) {
      const workflow = workflows.find(({ name }) => name === order.model)
      if (!workflow) throw new TypeError(`ComfyUI has no workflow ${order.model}`)
      return await generate({ comfyUi, url, workflow }, order, work)
    },
  }
}

function assertUnlike(workflows: readonly Workflow[]): void {
  const twice = workflows.find(({ name }, index) => workflows.findIndex(other => other.name === name) < index)
  if (twice) throw new AppError('config_invalid', `There are two ComfyUI workflows called ${twice.name}`)
}
