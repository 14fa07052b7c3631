import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { requiresNothing } from './optional-body.ts'
import type { App } from './server.ts'

export type ApiInfo = { title: string; version: string; description: string }

/** Serves OpenAPI 3.1 at `/openapi.json` and Swagger UI at `/docs`, both made from the routes' own schemas. Register before routes. */
export async function serveOpenApi(app: App, info: ApiInfo): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info,
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    },
    transformObject: (document) =>
      nameSchemas(markOptionalBodies('openapiObject' in document ? document.openapiObject : {})),
  })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: SWAGGER_UI_CSP,
    uiConfig: { persistAuthorization: true },
  })
  let text: Buffer | undefined
  app.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    // Written out once, and kept once: it is large, and anybody may ask for it.
    text ??= Buffer.from(JSON.stringify(app.swagger()))
    return reply.type('application/json; charset=utf-8').send(text)
  })
  app.get('/apidocs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'))
}

const SWAGGER_UI_CSP =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"

type Json = Record<string, unknown>

type Operation = { requestBody?: { required?: boolean; content?: Record<string, { schema?: unknown }> } }

/** What `acceptMissingBodies` lets be left out is not required. */
function markOptionalBodies(document: Json): Json {
  for (const methods of Object.values((document.paths ?? {}) as Record<string, Record<string, Operation>>))
    for (const { requestBody } of Object.values(methods))
      if (requestBody && requiresNothing(requestBody.content?.['application/json']?.schema ?? {}))
        requestBody.required = false
  return document
}

/** Moves every schema that has a title to `components.schemas`, so that generated clients get one named type for it. */
function nameSchemas(document: Json): Json {
  const schemas: Json = {}
  const visit = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(visit)
    if (node === null || typeof node !== 'object') return node
    const copy = Object.fromEntries(Object.entries(node).map(([key, child]) => [key, visit(child)]))
    const { title, type } = copy
    if (typeof title !== 'string' || type !== 'object') return copy
    schemas[title] ??= copy
    return { $ref: `#/components/schemas/${title}` }
  }
  const paths = visit(document.paths)
  return { ...document, paths, components: { ...(document.components as Json), schemas } }
}
