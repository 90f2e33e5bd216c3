// node-errors: what ComfyUI has against the nodes of a workflow (validate_inputs in its execution.py), as sentences.
import { z } from 'zod'

const errorSchema = z.looseObject({
  type: z.string().catch(''),
  message: z.string().catch(''),
  details: z.string().catch(''),
  extra_info: z
    .looseObject({
      input_name: z.string().nullish(),
      // [type, {…}]; not told of a long list.
      input_config: z.tuple([z.unknown()], z.unknown()).nullish(),
      received_value: z.unknown().optional(),
      received_type: z.unknown().optional(),
    })
    .nullish()
    .catch(undefined),
})
type NodeError = z.infer<typeof errorSchema>

const nodeSchema = z.looseObject({ class_type: z.string().catch(''), errors: z.array(errorSchema).catch([]) })

const saidSchema = z.looseObject({ node_errors: z.record(z.string(), nodeSchema) })

/** `node 4 (CheckpointLoaderSimple), input ckpt_name: …`, one for each thing that is wrong. */
export function nodeErrorsIn(said: unknown): readonly string[] {
  const { data } = saidSchema.safeParse(said)
  return Object.entries(data?.node_errors ?? {}).flatMap(([id, { class_type, errors }]) => {
    const node = `node ${id}${class_type === '' ? '' : ` (${class_type})`}`
    return errors.map(error => {
      const input = inputOf(error)
      return `${node}${input === undefined ? '' : `, input ${input}`}: ${wordsFor(error)}`
    })
  })
}

/** The refusal of a workflow in one sentence; undefined for what is none. */
export function refusalIn(said: unknown): string | undefined {
  const errors = nodeErrorsIn(said)
  return errors.length === 0 ? undefined : `the workflow cannot run: ${errors.join('; ')}`
}

// Older servers say it only in the details, which begin with it.
function inputOf({ details, extra_info }: NodeError): string | undefined {
  return extra_info?.input_name ?? /^[\w.]+(?=$|[:,])/.exec(details)?.[0]
}

function wordsFor({ type, message, details, extra_info }: NodeError): string {
  const { input_config: config, received_value: value, received_type: received } = extra_info ?? {}
  switch (type) {
    case 'required_input_missing':
      return 'it is missing'
    case 'value_not_in_list':
      if (value === undefined) break
      return `there is no ${JSON.stringify(value)}${choicesText(config)}`
    case 'value_smaller_than_min':
    case 'value_bigger_than_max':
      return limitText(message)
    case 'invalid_input_type':
      if (value === undefined) break
      return `${JSON.stringify(value)} is no ${typeName(config)}`
    case 'return_type_mismatch':
      if (received === undefined) break
      return `it is linked to a ${String(received)}, and takes a ${typeName(config)}`
    case 'bad_linked_input':
      return 'it is linked to nothing that a node makes'
    case 'custom_validation_failed':
      // The node's own words stand behind the input.
      return /^.+? - (.+)$/s.exec(details)?.[1] ?? 'the node does not take it'
  }
  return [message, details].filter(words => words !== '').join(': ') || 'something is wrong with it'
}

// Value 8 smaller than min of 16
function limitText(message: string): string {
  const [, value, which, limit] = /^Value (.+) (smaller than min|bigger than max) of (.+)$/.exec(message) ?? []
  if (value === undefined) return message
  return which === 'smaller than min' ? `${value} is less than ${limit}` : `${value} is more than ${limit}`
}

const MOST_CHOICES = 5

type Config = NonNullable<NodeError['extra_info']>['input_config']

// ["a", "b"], or in newer servers "COMBO" and {"options": ["a", "b"]}.
function choicesText(config: Config): string {
  const [type, more] = config ?? []
  const choices = Array.isArray(type)
    ? type
    : z.looseObject({ options: z.array(z.unknown()) }).safeParse(more).data?.options
  if (!choices) return ''
  if (choices.length === 0) return ', and the server has none'
  const rest = choices.length > MOST_CHOICES ? ` and ${choices.length - MOST_CHOICES} more` : ''
  return `, only ${choices.slice(0, MOST_CHOICES).join(', ')}${rest}`
}

const TYPES: Readonly<Record<string, string>> = { INT: 'whole number', FLOAT: 'number', STRING: 'text' }

function typeName(config: Config): string {
  const type = String(config?.[0] ?? 'value of the right kind')
  return TYPES[type] ?? type
}
