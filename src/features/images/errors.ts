// errors: document 003's dialect: {detail, request_id}; for a bad request every fault; for what is our own fault nothing.
import { AppError, type ErrorCode, type Fault } from '../../lib/errors.ts'
import type { Dialect } from '../../web/errors.ts'
import { type DocumentFault, valueFault } from './faults.ts'

/** A request that is understood and cannot be followed, with everything that is wrong with it. */
export class Unprocessable extends AppError {
  readonly faults: readonly DocumentFault[]

  constructor(faults: readonly DocumentFault[], cause?: unknown) {
    super('request_unprocessable', `The request has ${faults.length} fault(s)`, { cause })
    this.faults = faults
  }
}

// The document's own words.
const DOCUMENT: { readonly [Code in ErrorCode]?: string } = {
  run_not_found: 'Job not found',
  media_not_found: 'Media not found',
  run_ended: 'Job has already ended',
}

export const dialect: Dialect = (error, requestId) => {
  if (error instanceof Unprocessable) return { detail: error.faults }
  const { code, status, message } = error
  if (status === 500)
    return { error: 'Internal server error', message: 'An unexpected error occurred', request_id: requestId }
  return { detail: DOCUMENT[code] ?? message, request_id: requestId }
}

/** What every listener finds wrong with a request's text, in the document's form; all else as it is. */
export function inDocumentForm(thrown: unknown): unknown {
  if (!(thrown instanceof AppError) || thrown.code !== 'request_invalid' || thrown.details.length === 0) return thrown
  return new Unprocessable(thrown.details.map(toFault), thrown)
}

function toFault({ pointer, message }: Fault): DocumentFault {
  const steps = pointer.split('/').slice(1)
  const part = PARTS[steps[0] ?? '']
  return valueFault(part ? [part, ...steps.slice(1)] : ['body', ...steps], message, null)
}

const PARTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', headers: 'header' }
