// validator: holds the parts of a request against their schemas, and tells every fault at once.
import type { FastifySchemaCompiler } from 'fastify'
import type { z } from 'zod'
import { read } from '../engine/faults.ts'
import { AppError, type Fault } from '../lib/errors.ts'
import { printFaults } from './sentences.ts'

/** Reads a part of a request; pointers begin with the part's name, except in the body (`/querystring/limit`). */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return value => {
    const faults: Fault[] = []
    const read_ = read(schema, value, httpPart === 'body' ? '' : `/${httpPart}`, faults)
    return faults.length > 0 ? { error: invalid(faults) } : { value: read_ }
  }
}

function invalid(faults: readonly Fault[]): AppError {
  return new AppError('request_invalid', printFaults(faults, 'The request'), { details: faults })
}
