// model: what a workflow can do follows from its placeholders; and the values that an order puts there.
import type { ImageModel, ImageOrder, Range, Size, SizeRule } from '../contract.ts'
import { LIMITS, type Values } from './placeholders.ts'
import { textToPicture } from './text-to-picture.ts'
import type { Graph, Workflow } from './workflow.ts'

const USUAL = { width: 1024, height: 1024, steps: 20, guidance: 7 } as const

export function toModel(workflow: Workflow): ImageModel {
  const { name, placeholders } = workflow
  return {
    name,
    about: workflow === textToPicture ? 'ComfyUI with its first checkpoint.' : `The workflow ${name} of ComfyUI.`,
    kind: 'trained',
    sizes: sizesOf(workflow),
    maxCount: placeholders.has('count') ? 4 : 1,
    ...(placeholders.has('steps') && { steps: rangeOf(workflow, 'steps') }),
    ...(placeholders.has('guidance') && { guidance: rangeOf(workflow, 'guidance') }),
    takesNegativePrompt: placeholders.has('negative_prompt'),
    takesSeed: placeholders.has('seed'),
    // What SaveImage writes.
    formats: ['png'],
    usualMs: 20_000,
  }
}

export function toValues(workflow: Workflow, order: ImageOrder, checkpoint: string): Values {
  return {
    prompt: order.prompt,
    negative_prompt: order.negativePrompt ?? workflow.placeholders.get('negative_prompt') ?? '',
    seed: order.seed,
    width: order.size.widthPx,
    height: order.size.heightPx,
    steps: order.steps ?? usual(workflow, 'steps'),
    guidance: order.guidance ?? usual(workflow, 'guidance'),
    count: order.count,
    checkpoint,
  }
}

function sizesOf(workflow: Workflow): SizeRule {
  const size = { widthPx: usual(workflow, 'width'), heightPx: usual(workflow, 'height') }
  if (!workflow.placeholders.has('width')) return { kind: 'list', sizes: [fixedSize(workflow.graph) ?? size] }
  const { min, max, step } = LIMITS.width
  return { kind: 'free', minPx: min, maxPx: max, multipleOf: step, usual: size }
}

function rangeOf(workflow: Workflow, name: 'steps' | 'guidance'): Range {
  const { min, max } = LIMITS[name]
  return { min, max, usual: usual(workflow, name) }
}

function usual({ placeholders }: Workflow, name: keyof typeof USUAL): number {
  return Number(placeholders.get(name) ?? USUAL[name])
}

// What the workflow samples in: of a node for an empty picture if there is one, of any with numbers for both otherwise.
function fixedSize(graph: Graph): Size | undefined {
  const sized = Object.values(graph).flatMap(({ class_type, inputs: { width, height } }) =>
    typeof width === 'number' && typeof height === 'number'
      ? [{ isEmpty: /Empty.*Latent/.test(class_type), size: { widthPx: width, heightPx: height } }]
      : [],
  )
  return (sized.find(({ isEmpty }) => isEmpty) ?? sized[0])?.size
}
