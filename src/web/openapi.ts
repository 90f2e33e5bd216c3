// openapi: the description of a door, made from the very schemas that its requests and answers are held against.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'

export type OpenApiInfo = {
  readonly title: string
  readonly description: string
  readonly version: string
  readonly url: string
}

/** Call before the routes are there; `swagger()` of the ready server is the document. */
export async function describeRoutes(api: FastifyInstance, { url, ...info }: OpenApiInfo): Promise<void> {
  await api.register(swagger, {
    openapi: { openapi: '3.1.0', info, servers: [{ url }] },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
}
