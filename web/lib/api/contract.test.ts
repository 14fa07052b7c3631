import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../../..')
const contract = readFileSync(join(import.meta.dirname, 'contract.ts'), 'utf8')
const api = JSON.parse(readFileSync(join(root, 'openapi/booking.json'), 'utf8'))

/** The file that each imported schema comes from, by its name. */
const sources = new Map(
  [...contract.matchAll(/^import type \{([^}]*)\} from '#([^']+)'/gm)].flatMap(([, names = '', file = '']) =>
    names.split(',').map((name) => [name.trim(), file] as const),
  ),
)
const operations = [...contract.matchAll(/^ {2}'([A-Z]+) (\S+)': \{([^}]*\banswer: [^}]*)\}/gm)]
const streams = [...contract.matchAll(/^ {2}'GET (\S+\/stream)': /gm)]

test('bodies and answers are those that the Main API publishes', async () => {
  assert.ok(operations.length > 40)
  for (const [, method = '', path = '', types = ''] of operations) {
    const published = api.paths[path]?.[method.toLowerCase()]
    assert.ok(published, `${method} ${path}`)
    const { 200: ok, 201: created, 202: accepted } = published.responses
    assert.deepEqual(
      await schemaOf(types, 'answer'),
      publishedSchema(ok ?? created ?? accepted),
      `${method} ${path}`,
    )
    if (!types.includes('body:')) continue
    const [ours, theirs] = [await schemaOf(types, 'body'), publishedSchema(published.requestBody)]
    // The API also takes no body at all where every field is optional.
    assert.deepEqual({ ...ours, type: 'object' }, { ...theirs, type: 'object' }, `${method} ${path}`)
  }
})

test('streams are published as such', () => {
  assert.equal(streams.length, 2)
  for (const [, path = ''] of streams)
    assert.ok(api.paths[path].get.responses[200].content['text/event-stream'], path)
})

/** The schema that a type of the contract is made from, as JSON. */
async function schemaOf(types: string, role: 'body' | 'answer'): Promise<object> {
  const [, name = ''] = new RegExp(`${role}: (?:Static<typeof )?(\\w+)`).exec(types) ?? []
  const module = await import(join(root, sources.get(name) ?? name))
  return JSON.parse(JSON.stringify(module[name]))
}

const publishedSchema = ({ content }: { content: Record<string, { schema: unknown }> }): object =>
  inlined(content['application/json']?.schema)

/** With every `$ref` replaced by what it names. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of every shape.
function inlined(value: any): any {
  if (Array.isArray(value)) return value.map(inlined)
  if (typeof value !== 'object' || value === null) return value
  if ('$ref' in value) {
    const names: string[] = value.$ref.split('/').slice(1)
    return inlined(names.reduce((within, name) => within[name], api))
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inlined(each)]))
}
