// openapi: the description of a door, made from the very schemas that its requests and answers are held against.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { AuthMode } from './authenticate.ts'

export type OpenApiInfo = {
  readonly title: string
  readonly description: string
  readonly version: string
}

/** Call before the routes are there; the document is at `path`, and `swagger()` of the ready server or scope. */
export async function describeRoutes(api: FastifyInstance, info: OpenApiInfo, path = '/openapi.json'): Promise<void> {
  await api.register(swagger, {
    openapi: { openapi: '3.1.0', info, servers: [{ url: '/' }], components: { securitySchemes: SECURITY_SCHEMES } },
    transform: jsonSchemaTransform,
    transformObject: document => dropUnused(jsonSchemaTransformObject(document)),
  })
  openApiRoute(api, path)
}

function openApiRoute(api: FastifyInstance, path: string): void {
  const schema = { hide: true } as object
  api.get(path, { schema }, async () => api.swagger())
}

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A token' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'A key' },
} as const

/** What a route behind `authenticate` says of itself: an empty entry means that no credentials are fine, too. */
export function securityOf(mode: AuthMode): Record<string, string[]>[] {
  return [...(mode === 'optional' ? [{}] : []), { bearer: [] }, { apiKey: [] }]
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
