import { fileURLToPath } from 'node:url'
import swagger from '@fastify/swagger'
import type { App } from './app.ts'
import { requiresNothing } from './requests/optional-body.ts'
import {
  FILE_ROUTE,
  type KeptFile,
  keepFile,
  keepFolder,
  sendFile,
  serveFiles,
} from './responses/kept-files.ts'

export type ApiInfo = { title: string; version: string; description: string }

/** Serves OpenAPI 3.1 at `/openapi.json`, made from the routes' own schemas, and Swagger UI at `/docs`. Register before routes. */
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
  let document: KeptFile | undefined
  app.get('/openapi.json', FILE_ROUTE, (request, reply) => {
    document ??= keepFile('openapi.json', JSON.stringify(app.swagger()))
    return sendFile(request, reply, document, ASK_AGAIN)
  })
  await serveSwaggerUi(app, info.title)
  app.get('/apidocs', { schema: { hide: true } }, (_request, reply) => reply.redirect('/docs'))
}

/** Not by the plugin that brings its files: that opens them for every request, and writes out the document for every reader. */
async function serveSwaggerUi(app: App, title: string): Promise<void> {
  const files = await keepFolder(fileURLToPath(SWAGGER_UI), SWAGGER_UI_FILES)
  files.set('start.js', keepFile('start.js', START))
  serveFiles(app, '/docs/static', files, ASK_AGAIN['cache-control'])
  const page = keepFile('index.html', pageOf(title))
  const headers = { ...ASK_AGAIN, 'content-security-policy': SWAGGER_UI_CSP }
  app.get('/docs', FILE_ROUTE, (request, reply) => sendFile(request, reply, page, headers))
}

const ASK_AGAIN = { 'cache-control': 'no-cache' }

const SWAGGER_UI = new URL('static', import.meta.resolve('@fastify/swagger-ui'))
/** There are others, which nobody needs: of 2.5 MB these are 1.9. */
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
