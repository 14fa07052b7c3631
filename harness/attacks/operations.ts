import { Ajv, type ValidateFunction } from 'ajv'

export type JsonSchema = {
  type?: string | string[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  enum?: unknown[]
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

/** One operation as the service's own OpenAPI describes it: what may be sent, and what may come back. */
export type Operation = {
  /** Such as `GET /api/events/{id}`. */
  name: string
  method: string
  path: string
  isProtected: boolean
  query: { name: string; required?: boolean; schema: JsonSchema }[]
  body: JsonSchema | undefined
  statuses: number[]
  /** What a success may be besides JSON, such as `text/csv`. */
  otherTypes: string[]
  /** What is wrong with the body of an answer of that status; undefined when it is as described. */
  faultInBody(status: number, body: unknown): string | undefined
}

/** Every operation of an OpenAPI document, so that a route that is added is examined at once. */
export function readOperations(document: object): Operation[] {
  const { paths } = document as Document
  const ajv = new Ajv({ strict: false, allErrors: false }).addSchema(document, 'api')
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const { parameters = [], requestBody, responses, security } = described
      const pointer = `api#/paths/${escapePointer(path)}/${method}/responses`
      const validators = new Map<number, ValidateFunction>()
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const $ref = `${pointer}/${status}/content/application~1json/schema`
        if ('application/json' in content) validators.set(Number(status), ajv.compile({ $ref }))
      }
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        isProtected: (security ?? []).length > 0,
        query: parameters.filter((each) => each.in === 'query'),
        body: resolveRefs(document as Document, requestBody?.content['application/json']?.schema),
        statuses: Object.keys(responses).map(Number),
        otherTypes: Object.keys(responses[200]?.content ?? {}).filter((type) => type !== 'application/json'),
        faultInBody(status: number, body: unknown) {
          const validate = validators.get(status)
          return !validate || validate(body) ? undefined : ajv.errorsText(validate.errors)
        },
      }
    }),
  )
}

type Described = {
  parameters?: { in: string; name: string; required?: boolean; schema: JsonSchema }[]
  requestBody?: { content: Record<string, { schema: JsonSchema & { $ref?: string } }> }
  responses: Record<string, { content?: object }>
  security?: object[]
}
type Document = {
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, JsonSchema> }
}

function resolveRefs(document: Document, schema: JsonSchema | undefined): JsonSchema | undefined {
  if (!schema) return undefined
  const name = (schema as { $ref?: string }).$ref?.split('/').at(-1)
  if (name !== undefined) return resolveRefs(document, document.components.schemas[name])
  const { properties, items } = schema
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([key, child]) => [key, resolveRefs(document, child) ?? {}]),
      ),
    }),
    ...(items && { items: resolveRefs(document, items) ?? {} }),
  }
}

function escapePointer(path: string): string {
  return encodeURIComponent(path.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('%7E', '~')
}
