// deliver: copies every output to its destination, once all of them are good.
import { z } from 'zod'
import type { GraphOutput } from '../../engine/graph.ts'
import { AppError } from '../../lib/errors.ts'
import type { Copied } from '../../storage/publish.ts'
import type { Artifacts } from '../artifacts.ts'
import type { Locations } from '../locations/index.ts'
import type { RunOutput } from '../run.ts'
import { defineStep, type StepContext } from './contract.ts'
import type { Material } from './plan.ts'
import type { Rendered, RenderedOutput } from './render.ts'

export type DeliverMeans = { readonly artifacts: Artifacts; readonly locations: Locations }

export function deliverStep(means: DeliverMeans) {
  return defineStep({
    name: 'deliver',
    params: z.strictObject({}),

    async run(_params, context) {
      const { graph } = context.results.get('plan') as Material
      const rendered = [...context.results].flatMap(([name, result]) =>
        name === 'plan' ? [] : (result as Rendered).outputs,
      )
      const outputs: RunOutput[] = []
      for (const [index, output] of graph.outputs.entries()) {
        const made = rendered.find(other => other.index === index)
        if (!made) throw new TypeError(`no pass has made output ${index}`)
        outputs.push(await deliver(means, context, output, made))
        context.progress(outputs.length / graph.outputs.length)
      }
      return { result: null, outputs }
    },
  })
}

async function deliver(
  { artifacts, locations }: DeliverMeans,
  context: StepContext,
  output: GraphOutput,
  made: RenderedOutput,
): Promise<RunOutput> {
  const file = await artifacts.locate(made.digest, context.workspace.file(`output-${made.index}`), context.signal)
  if (!file) throw damaged()
  const approve = async (copied: Copied) => {
    context.signal.throwIfAborted()
    // What lies at the destination may be good: it is not replaced by bytes that are not what was measured.
    if (copied.sha256 !== made.digest) {
      await artifacts.forget(made.digest)
      throw damaged()
    }
    // A worker that was taken for dead must not write over what came after it.
    await context.assertMine()
  }
  const { owner, signal } = context
  const { sha256, sizeBytes } = await locations.publish(file, output.destination, owner, approve, signal)
  const { durationS, streams } = made.facts
  return {
    id: output.id,
    destination: locations.check('destination', output.destination),
    sizeBytes,
    sha256,
    durationS,
    streams,
    cached: made.cached,
  }
}

function damaged(): AppError {
  return new AppError('artifact_damaged', 'A finished output was damaged on the disk and is made again')
}
