import { fileURLToPath } from 'node:url'
import swagger from '@fastify/swagger'
import type { App } from './app.ts'
import { requiresNothing } from './requests/optional-body.ts'
import {
  cacheFile,
  cacheFolder,
  FILE_ROUTE,
  type StaticFile,
  sendFile,
  serveFiles,
} from './responses/static-files.ts'

export type ApiInfo = { title: string; version: string; description: string }

/** Serves OpenAPI 3.1 at `/openapi.json`, generated from the schemas of the routes, and Swagger UI at `/docs`. Call before routes are added. */
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
  let document: StaticFile | undefined
  app.get('/openapi.json', FILE_ROUTE, (request, reply) => {
    document ??= cacheFile('openapi.json', JSON.stringify(app.swagger()))
    return sendFile(request, reply, document, ASK_AGAIN)
  })
  await serveSwaggerUi(app, info.title)
  app.get('/apidocs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'))
}

/** Without the plugin of Swagger UI, which reads its files and serialises the document for every request. */
async function serveSwaggerUi(app: App, title: string): Promise<void> {
  const files = await cacheFolder(fileURLToPath(SWAGGER_UI), SWAGGER_UI_FILES)
  files.set('start.js', cacheFile('start.js', START))
  serveFiles(app, '/docs/static', files, ASK_AGAIN['cache-control'])
  const page = cacheFile('index.html', pageOf(title))
  const headers = { ...ASK_AGAIN, 'content-security-policy': SWAGGER_UI_CSP }
  app.get('/docs', FILE_ROUTE, (request, reply) => sendFile(request, reply, page, headers))
}

const ASK_AGAIN = { 'cache-control': 'no-cache' }

const SWAGGER_UI = new URL('static', import.meta.resolve('@fastify/swagger-ui'))
/** The files that the page uses. */
const SWAGGER_UI_FILES = ['swagger-ui-bundle.js', 'swagger-ui.css', 'index.css', 'favicon-32x32.png']
const SWAGGER_UI_CSP =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'"
const START =
  "SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, persistAuthorization: true })\n"

const pageOf = (title: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${title}</title>
    <link rel="icon" href="/docs/static/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/static/index.css" />
    <link rel="stylesheet" href="/docs/static/swagger-ui.css" />
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/static/swagger-ui-bundle.js"></script>
    <script src="/docs/static/start.js"></script>
  </body>
</html>
`

type Json = Record<string, unknown>

type Operation = { requestBody?: { required?: boolean; content?: Record<string, { schema?: unknown }> } }

/** Marks the bodies that `acceptMissingBodies` lets clients leave out as not required. */
function markOptionalBodies(document: Json): Json {
  // The types of the plugin cover OpenAPI 2 and 3; the document is 3.1.
  for (const methods of Object.values((document.paths ?? {}) as Record<string, Record<string, Operation>>))
    for (const { requestBody } of Object.values(methods))
      if (requestBody && requiresNothing(requestBody.content?.['application/json']?.schema ?? {}))
        requestBody.required = false
  return document
}

/** Moves every object schema with a title to `components.schemas`, so that generated clients get one named type for it. */
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
  return { ...document, paths, components: Object.assign({}, document.components, { schemas }) }
}
