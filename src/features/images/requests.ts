// requests: the body of a generation → what is wanted of which model; or everything that is wrong with it, in one answer.
import { pointer } from '../../engine/faults.ts'
import { type Fault, toAppError } from '../../lib/errors.ts'
import { nearest } from '../../lib/nearest.ts'
import type { ImageProvider } from '../../providers/image/contract.ts'
import type { ImageShelf } from '../../providers/image/index.ts'
import type { Webhooks } from '../../runs/webhooks/delivery.ts'
import { Unprocessable } from './errors.ts'
import { choiceFault, type DocumentFault, readOrFault, valueFault } from './faults.ts'
import type { Wanted } from './fit.ts'
import { type Generate, generate, parameters } from './schemas.ts'

export type GenerateRequest = {
  readonly wanted: Wanted
  readonly maker: Maker
  /** As they were sent, to be shown again. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly prompt: 'told' | 'private'
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly webhookUrl?: string
  readonly warnings: readonly Fault[]
}

export type Maker = NonNullable<ReturnType<ImageShelf['find']>>

type Means = { readonly shelf: ImageShelf; readonly webhooks: Pick<Webhooks, 'check'> }

const METADATA_MAX_BYTES = 16 * 1024

/** Throws `Unprocessable` with every fault. */
export function readGenerate(body: unknown, { shelf, webhooks }: Means): GenerateRequest {
  const faults: DocumentFault[] = []
  const read = readOrFault(generate, body ?? undefined, 'body', faults)
  // Whatever is readable is looked at, so that one fault does not hide the next.
  const given: Partial<Generate> = read ?? (isObject(body) ? body : {})
  const maker = readModel(given, shelf, faults)
  refuseBlankPrompt(given, faults)
  const webhookUrl = readWebhookUrl(given, webhooks.check, faults)
  refuseLargeMetadata(given, faults)
  if (!read || !maker || faults.length > 0) throw new Unprocessable(faults)
  return {
    wanted: toWanted(read),
    maker,
    parameters: (body as { parameters?: Readonly<Record<string, unknown>> }).parameters ?? {},
    prompt: read.private ? 'private' : 'told',
    ...(read.metadata && { metadata: read.metadata }),
    ...(webhookUrl !== undefined && { webhookUrl }),
    warnings: unknownMembers(body),
  }
}

// It would be paid for.
function refuseBlankPrompt({ prompt }: Partial<Generate>, faults: DocumentFault[]): void {
  if (typeof prompt !== 'string' || prompt === '' || prompt.trim() !== '') return
  const msg = 'String should have at least 1 character'
  faults.push({ type: 'string_too_short', loc: ['body', 'prompt'], msg, input: prompt })
}

function readModel({ parameters: given }: Partial<Generate>, shelf: ImageShelf, faults: DocumentFault[]) {
  const name: unknown = isObject(given) ? given['model'] : undefined
  const maker = shelf.find(typeof name === 'string' ? name : shelf.usual)
  if (maker) return maker
  const names = shelf.providers.flatMap((provider: ImageProvider) => provider.models.map(model => model.name))
  const meant = nearest(String(name), names)
  const hint = meant === undefined ? '' : `; did you mean '${meant}'?`
  faults.push(choiceFault(['body', 'parameters', 'model'], names, name, hint))
  return undefined
}

function readWebhookUrl(
  { webhook_url: url }: Partial<Generate>,
  check: Webhooks['check'],
  faults: DocumentFault[],
): string | undefined {
  const loc = ['body', 'webhook_url']
  if (typeof url !== 'string' || faults.some(fault => fault.loc.join() === loc.join())) return undefined
  const parsed = URL.parse(url)
  const fault = (type: string, msg: string) => void faults.push({ type, loc, msg, input: url })
  if (!parsed) return fault('url_parsing', 'Input should be a valid URL, relative URL without a base') ?? undefined
  if (!/^https?:$/.test(parsed.protocol))
    return fault('url_scheme', "URL scheme should be 'http' or 'https'") ?? undefined
  try {
    return check(url)
  } catch (thrown) {
    const { code, message } = toAppError(thrown)
    if (code !== 'location_refused') throw thrown
    faults.push(valueFault(loc, message, url))
    return undefined
  }
}

function refuseLargeMetadata({ metadata }: Partial<Generate>, faults: DocumentFault[]): void {
  if (!isObject(metadata) || Buffer.byteLength(JSON.stringify(metadata)) <= METADATA_MAX_BYTES) return
  faults.push(valueFault(['body', 'metadata'], 'this may have at most 16 KiB as JSON', '…'))
}

function toWanted({ prompt, parameters: given }: Generate): Wanted {
  const { output_format: format, ...rest } = given ?? {}
  const wanted = {
    prompt,
    negativePrompt: rest.negative_prompt,
    widthPx: rest.width,
    heightPx: rest.height,
    ratio: rest.aspect_ratio,
    count: rest.num_outputs,
    steps: rest.num_inference_steps,
    guidance: rest.guidance_scale,
    seed: rest.seed,
    format: format === 'jpeg' ? 'jpg' : format,
    quality: rest.output_quality,
  }
  // To say null is to say nothing.
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value != null)) as Wanted
}

const MOST_TOLD = 16

/** Members that nobody knows are ignored, as the document's own implementation does, but not in silence. */
function unknownMembers(body: unknown): Fault[] {
  const known = { '': Object.keys(generate.shape), '/parameters': Object.keys(parameters.shape) }
  const given = (body as { parameters?: unknown }).parameters
  return [
    ...unknownIn(body, '', known[''], known['/parameters']),
    ...unknownIn(given, '/parameters', known['/parameters'], known['']),
  ].slice(0, MOST_TOLD)
}

function unknownIn(
  value: unknown,
  at: '' | '/parameters',
  known: readonly string[],
  elsewhere: readonly string[],
): Fault[] {
  if (!isObject(value)) return []
  return Object.keys(value)
    .filter(name => !known.includes(name))
    .slice(0, MOST_TOLD)
    .map(name => {
      const place = at === '' ? `parameters.${name}` : `${name} beside parameters`
      const meant = elsewhere.includes(name) ? place : nearest(name, known)
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      // Half a pair of surrogates at the cut would be refused by the database.
      return {
        pointer: pointer(at, [name.slice(0, 64).toWellFormed()]),
        message: `This is not known, and ignored${hint}`,
      }
    })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
