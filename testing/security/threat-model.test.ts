import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

const model = read('docs/security.md')
const rowsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('| '))

/** Operations of both services as their OpenAPI names them; that it is up to date is checked elsewhere. */
const routes = ['booking', 'crm'].flatMap((service) => {
  const { paths } = JSON.parse(read(`openapi/${service}.json`)) as { paths: Record<string, object> }
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
})
const settings = [...read('.env.example').matchAll(/^# ([A-Z][A-Z0-9_]+)=/gm)].map(([, name = '']) => name)
const proofs = new Set(
  [...read('docs/reliability.md').matchAll(/^\| ([A-Z]\d+) \|/gm)].map(([, row = '']) => row),
)

/** What is set in code quotes in the tables. */
const named = rowsOf(model).flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))

test('every route of both services has a row in the threat model', () => {
  assert.ok(routes.length > 60)
  assert.deepEqual(
    routes.filter((route) => !named.includes(route)),
    [],
  )
})

test('every setting has a row in the threat model', () => {
  assert.ok(settings.length > 25)
  assert.deepEqual(
    settings.filter((setting) => !named.includes(setting)),
    [],
  )
})

test('the threat model names no route, setting or proof that does not exist', () => {
  const known = new Set([...routes, ...settings])
  const isNamed = (text: string) => /^(GET|POST|PUT|DELETE) \/|^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/.test(text)
  assert.deepEqual(
    named.filter((text) => isNamed(text) && !known.has(text)),
    [],
  )
  const cited = rowsOf(model).flatMap((row) =>
    [...row.matchAll(/\b([RSDIWM]\d{1,2})\b/g)].map(([, id = '']) => id),
  )
  assert.ok(cited.length > 30)
  assert.deepEqual(
    cited.filter((id) => !proofs.has(id)),
    [],
  )
})
