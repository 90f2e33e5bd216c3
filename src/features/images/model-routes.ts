// model-routes: GET /api/v1/models: what there is to make pictures with, and what each can do.
import type { z } from 'zod'
import type { ImageModel, Range, SizeRule } from '../../providers/image/contract.ts'
import type { Api } from '../../web/server.ts'
import * as schemas from './answer-schemas.ts'
import type { ImageServices } from './services.ts'

export function modelRoute(api: Api, { shelf, gallery }: ImageServices): void {
  const schema = {
    operationId: 'listModels',
    summary: 'What pictures can be made with',
    tags: ['service'],
    response: { 200: schemas.models, ...schemas.refusals },
  }
  api.get('/api/v1/models', { schema }, async () => {
    // Of two with the same name the first one has it.
    const makers = shelf.providers
      .flatMap(({ models }) => models.map(({ name }) => name))
      .flatMap((name, index, all) => (all.indexOf(name) === index ? [shelf.find(name)] : []))
      .filter(maker => maker !== undefined)
    const told = makers.map(async ({ model, provider }) => ({
      ...toModel(model),
      ...{ provider: provider.name, default: model.name === shelf.usual },
      expected_seconds: toSeconds(await gallery.usualMs(model)),
    }))
    return { models: await Promise.all(told), default: shelf.usual }
  })
}

type Told = Omit<z.infer<typeof schemas.model>, 'provider' | 'default' | 'expected_seconds'>

function toModel(model: ImageModel): Told {
  const { name, about, kind, sizes, maxCount, steps, guidance, takesNegativePrompt, takesSeed, formats } = model
  return {
    ...{ name, about, kind, real: kind === 'trained', sizes: toSizes(sizes), max_outputs: maxCount },
    ...(steps && { num_inference_steps: toRange(steps) }),
    ...(guidance && { guidance_scale: toRange(guidance) }),
    ...{ negative_prompt: takesNegativePrompt, seed: takesSeed, formats: [...formats] },
    usual_seconds: toSeconds(model.usualMs),
  }
}

function toSizes(rule: SizeRule): Told['sizes'] {
  const toSize = ({ widthPx: width, heightPx: height }: { widthPx: number; heightPx: number }) => ({ width, height })
  switch (rule.kind) {
    case 'free': {
      const { minPx: min, maxPx: max, multipleOf: multiple_of, usual, maxRatio: max_ratio, area } = rule
      return {
        ...{ kind: 'free', min, max, multiple_of, default: toSize(usual) },
        ...(max_ratio !== undefined && { max_ratio }),
        ...(area && { min_area: area.minPx, max_area: area.maxPx }),
      }
    }
    case 'shapes':
      return {
        kind: 'shapes',
        shapes: rule.shapes.map(shape => ({ ...toSize(shape), aspect_ratio: shape.ratio })),
      }
    case 'list':
      return { kind: 'list', sizes: rule.sizes.map(toSize) }
    default:
      return rule satisfies never
  }
}

function toRange({ min, max, usual }: Range) {
  return { min, max, ...(usual !== undefined && { default: usual }) }
}

function toSeconds(ms: number): number {
  return Math.round(ms) / 1000
}
