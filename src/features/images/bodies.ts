// bodies: reads what is sent to this door; what cannot be read is told in the document's form.
import type { FastifyInstance, FastifyRequest, FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { Unprocessable } from './errors.ts'
import { type DocumentFault, readOrFault } from './faults.ts'

/** Call in a scope, before its routes are there. */
export function readBodies(api: FastifyInstance): void {
  api.removeContentTypeParser('application/json')
  api.addContentTypeParser('application/json', { parseAs: 'string' }, async (request: FastifyRequest, body: string) => {
    request.bodyText = body
    return body === '' ? undefined : parse(body)
  })
}

/** Holds the parts of a request against their schemas, and tells every fault at once. */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return value => {
    const faults: DocumentFault[] = []
    const read = readOrFault(schema, value, PARTS[httpPart ?? ''] ?? 'body', faults)
    return faults.length > 0 ? { error: new Unprocessable(faults) } : { value: read }
  }
}

const PARTS: Readonly<Record<string, string>> = { querystring: 'query', params: 'path', headers: 'header' }

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch (cause) {
    // The rest of the message quotes the body.
    const at = /position (\d+)/.exec(String(cause))?.[1]
    const loc = ['body', ...(at === undefined ? [] : [Number(at)])]
    throw new Unprocessable([{ type: 'json_invalid', loc, msg: 'JSON decode error', input: {} }], cause)
  }
}
