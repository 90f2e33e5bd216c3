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
    transformObject: document => dropUnused(jsonSchemaTransformObject(document)),
  })
}

type Components = { readonly schemas?: Readonly<Record<string, unknown>> }

// Every named schema is there twice, as it is read and as it is written; most are needed only one way.
function dropUnused<Document extends object>(document: Document): Document {
  const { paths, components = {} } = document as { paths?: object; components?: Components }
  const schemas = Object.entries(components.schemas ?? {})
  const used = schemas.filter(([name, schema]) => {
    const others = JSON.stringify([paths, schemas.filter(([, other]) => other !== schema)])
    return others.includes(`"#/components/schemas/${name}"`)
  })
  const smaller = { ...document, components: { ...components, schemas: Object.fromEntries(used) } }
  return used.length === schemas.length ? smaller : dropUnused(smaller)
}
