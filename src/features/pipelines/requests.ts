// requests: the body of a job request → a parsed graph; or everything that is wrong with it, in one answer.
import { z } from 'zod'
import { pointer, readMembers } from '../../engine/faults.ts'
import type { Graph } from '../../engine/graph.ts'
import { AppError, type Fault, toAppError } from '../../lib/errors.ts'
import type { Draft, Runs } from '../../runs/run.ts'
import type { Webhooks } from '../../runs/webhooks/delivery.ts'
import { printFaults } from '../../web/sentences.ts'
import { jobOptions } from './job-options.ts'

export type JobRequest = {
  readonly body: { readonly spec: unknown }
  readonly graph: Graph
  readonly warnings: readonly Fault[]
  readonly options: Pick<Draft, 'priority' | 'metadata' | 'webhookUrl'>
}

const shape = z.strictObject({ spec: z.unknown(), ...jobOptions })

/** Throws `spec_missing`, `spec_invalid`, `request_invalid`. Warnings keep their pointers relative to the spec. */
export function readJobRequest(
  body: unknown,
  checkSpec: Runs['check'],
  checkWebhookUrl: Webhooks['check'],
): JobRequest {
  if (typeof (body ?? {}) !== 'object' || Array.isArray(body))
    throw new AppError('request_invalid', 'The body must be a JSON object with a member "spec"')
  const spec = (body as { spec?: unknown } | null | undefined)?.spec
  const faults: Fault[] = []
  const given = readMembers(shape, { ...(body as object), spec }, '', faults)
  if (spec === undefined || spec === null) throw new AppError('spec_missing', 'There is no spec', { details: faults })
  const options = readOptions(given, checkWebhookUrl, faults)
  const validated = checkSpec(spec)
  faults.push(...validated.faults.map(underSpec))
  if (faults.length > 0 || !validated.graph) throw invalid(faults)
  return { body: { spec }, graph: validated.graph, warnings: validated.warnings, options }
}

function readOptions(
  { priority, metadata, webhook_url: url }: Partial<z.output<typeof shape>>,
  checkUrl: Webhooks['check'],
  faults: Fault[],
): JobRequest['options'] {
  const options = { ...(priority !== undefined && { priority }), ...(metadata && { metadata }) }
  if (url === undefined) return options
  try {
    return { ...options, webhookUrl: checkUrl(url) }
  } catch (thrown) {
    const { code, message } = toAppError(thrown)
    if (code !== 'location_refused') throw thrown
    faults.push({ pointer: '/webhook_url', message })
    return options
  }
}

/** Work on a graph may find more faults in the spec: they are told where the body has them. */
export async function withPointers<T>(work: Promise<T>): Promise<T> {
  return await work.catch(thrown => {
    const error = toAppError(thrown)
    throw error.code === 'spec_invalid' ? invalid(error.details.map(underSpec), error) : thrown
  })
}

/** A pointer into the spec, as one into the body (and into the job, which shows the spec under the same name). */
export function underSpec({ pointer: at, message }: Fault): Fault {
  return { pointer: `${pointer('', ['spec'])}${at}`, message }
}

function invalid(details: readonly Fault[], cause?: AppError): AppError {
  return new AppError('spec_invalid', printFaults(details, 'The job specification'), { details, cause })
}
