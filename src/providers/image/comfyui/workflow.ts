// workflow: a file in ComfyUI's API format with placeholders, read and held against what is needed of it.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../lib/errors.ts'
import { fillPlaceholders, findPlaceholders, type Placeholders, type Values } from './placeholders.ts'

export type Workflow = {
  /** The file's, without `.json`; what callers name as model. */
  readonly name: string
  readonly graph: Graph
  readonly placeholders: Placeholders
}

const graphSchema = z.record(
  z.string(),
  z.looseObject({ class_type: z.string(), inputs: z.record(z.string(), z.unknown()) }),
)

/** Nodes by their ids. */
export type Graph = z.infer<typeof graphSchema>

/** Throws `config_invalid`, which names the file, unless it is a workflow that pictures can be ordered with. */
export async function readWorkflow(path: string): Promise<Workflow> {
  const file = basename(path)
  try {
    return toWorkflow(file.replace(/\.json$/i, ''), parse(await read(path)))
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown
    throw new AppError('config_invalid', `The ComfyUI workflow ${file} ${thrown.message}`, { cause: thrown })
  }
}

/** Throws `config_invalid`, in a sentence that lacks its beginning. */
export function toWorkflow(name: string, written: unknown): Workflow {
  const graph = toGraph(written)
  const placeholders = findPlaceholders(inputsOf(graph))
  if (!placeholders.has('prompt'))
    throw new AppError('config_invalid', 'has no {{prompt}} in its inputs: write it where the text belongs')
  if (placeholders.has('width') !== placeholders.has('height'))
    throw new AppError('config_invalid', 'has only one of {{width}} and {{height}}: it needs both, or neither')
  return { name, graph, placeholders }
}

export function fillWorkflow({ graph }: Workflow, values: Values): Graph {
  return graphSchema.parse(
    Object.fromEntries(
      Object.entries(graph).map(([id, node]) => [id, { ...node, inputs: fillPlaceholders(node.inputs, values) }]),
    ),
  )
}

async function read(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(cause => {
    throw new AppError('config_invalid', 'cannot be read: there is no such file, or it is not ours to read', { cause })
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('config_invalid', 'is not JSON', { cause })
  }
}

function toGraph(written: unknown): Graph {
  // What the editor saves is for the editor: nodes in a list, with their places on the screen.
  if (z.looseObject({ nodes: z.array(z.unknown()) }).safeParse(written).success)
    throw new AppError('config_invalid', 'is in the format of the editor: save it with "Export (API)"')
  const { data } = graphSchema.safeParse(written)
  if (data && Object.keys(data).length > 0) return data
  throw new AppError(
    'config_invalid',
    'is not in the API format, which is nodes by their ids, each with "class_type" and "inputs"',
  )
}

function inputsOf(graph: Graph): unknown[] {
  return Object.values(graph).map(({ inputs }) => inputs)
}
