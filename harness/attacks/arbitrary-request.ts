import fc, { type Arbitrary } from 'fast-check'
import type { JsonSchema, Operation } from './operations.ts'

/** An id that an earlier answer told: the `nth` that is known of that noun when the request is sent. */
export type KnownId = { known: string; nth: number }

/** Somebody whom the fuzzer can log in as. */
export const FUZZ_USER = {
  email: 'fuzz@example.com',
  password: 'securepassword123',
  first_name: 'Fuzzy',
  last_name: 'Person',
}

export type ArbitraryRequest = {
  /** Parts of the path; texts are there as they are sent. */
  path: (string | KnownId)[]
  query: string
  /** A value to be sent as JSON, or bytes to be sent as they are. */
  body?: { json: unknown } | { raw: string | Buffer }
  headers: Record<string, string>
  isLoggedIn: boolean
}

/** Requests for one operation: as described, wrong in one place, wrong altogether, or not even HTTP manners. */
export function arbitraryRequest(operation: Operation): Arbitrary<ArbitraryRequest> {
  const { body } = operation
  return fc.record(
    {
      path: arbitraryPath(operation.path),
      query: arbitraryQuery(operation),
      ...(operation.method !== 'GET' && { body: body ? arbitraryBody(body) : fc.oneof(EMPTY, RAW_BODY) }),
      headers: often({}, fc.oneof(CONTENT_TYPE, ODD_HEADERS)),
      isLoggedIn: often(true, fc.boolean()),
    },
    { requiredKeys: ['path', 'query', 'headers', 'isLoggedIn'] },
  ) as Arbitrary<ArbitraryRequest>
}

/** Every kind of junk in every place of one operation: id, query, body, content type. Everything else is as it should be. */
export function* spoiledRequests({ method, path, query, body }: Operation): Generator<ArbitraryRequest> {
  const json = method === 'GET' ? {} : { body: { raw: '{}' } }
  const usual = { path: [path.replaceAll(/\{\w+\}/g, '1')], query: '', headers: {}, isLoggedIn: true }
  for (const id of path.includes('{') ? [...NUMBERS, ...BAD_IDS] : [])
    yield { ...usual, ...json, path: [path.replaceAll(/\{\w+\}/g, String(id))] }
  for (const { name } of query) {
    for (const value of JUNK) yield { ...usual, query: `?${name}=${encode(value)}` }
    for (const odd of oddQueries(name)) yield { ...usual, query: `?${odd}` }
  }
  if (method === 'GET') return
  for (const raw of [...RAW_BODIES, ...LARGE_BODIES]) yield { ...usual, body: { raw } }
  for (const type of CONTENT_TYPES)
    yield { ...usual, body: { raw: '{"event_id":1}' }, headers: { 'content-type': type } }
  if (!body) return
  for (const place of fieldPaths(body))
    for (const value of [...JUNK, ABSENT, 'x'.repeat(60_000)])
      yield { ...usual, body: { json: replaceAt(sampleOf(body), place, value) } }
}

const oddQueries = (name: string) => [
  `${name}=1&${name}=2`,
  name,
  `${name}=`,
  `${name}=%ff%zz`,
  `${name}=%ed%a0%80`,
]

function sampleOf({ type, properties, items }: JsonSchema): unknown {
  if (properties)
    return Object.fromEntries(Object.entries(properties).map(([name, child]) => [name, sampleOf(child)]))
  if (type === 'array') return [sampleOf(items ?? {})]
  return type === 'integer' || type === 'number' ? 1 : 'sample text'
}

const often = <T>(usual: T, other: Arbitrary<T>): Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other })

function arbitraryPath(path: string): Arbitrary<(string | KnownId)[]> {
  const parts = path.split(/(\{\w+\})/)
  const nounBefore = (i: number) => /(\w+)\/$/.exec(parts[i - 1] ?? '')?.[1] ?? ''
  return fc.tuple(
    ...parts.map((part, i) => (part.startsWith('{') ? idInPath(nounBefore(i)) : fc.constant(part))),
  )
}

const idInPath = (noun: string): Arbitrary<string | KnownId> =>
  fc.oneof(
    { weight: 5, arbitrary: knownId(noun) },
    { weight: 2, arbitrary: fc.constantFrom(...NUMBERS.map(String)) },
    { weight: 1, arbitrary: fc.constantFrom(...BAD_IDS) },
    {
      weight: 1,
      arbitrary: text(40)
        .filter((each) => !/^\.*$/.test(each))
        .map(encode),
    },
  )

// biome-ignore format: a list to look through
const BAD_IDS = ['%00', '%ff', '%zz', '..%2f', '1%20or%201=1', '%F0%9F%98%80', '1;2', 'abc', "1'--", 'x'.repeat(500)]

const knownId = (known: string): Arbitrary<KnownId> =>
  fc.record({ known: fc.constant(known), nth: fc.nat(50) })

function arbitraryQuery({ query }: Operation): Arbitrary<string> {
  if (query.length === 0)
    return often('', fc.constantFrom('?', '?a', '?a=%00', '?a[]=1&a=2', '?%zz', '?__proto__=1'))
  const pair = (name: string, value: Arbitrary<unknown>) => value.map((each) => `${name}=${encode(each)}`)
  const some = query.map(({ name, schema }) => pair(name, fc.oneof(valid(schema, name), junk())))
  const needed = query
    .filter((parameter) => parameter.required)
    .map(({ name, schema }) => pair(name, valid(schema, name)))
  const odd = query.map(({ name }) => fc.constantFrom(...oddQueries(name)))
  const any = fc.oneof(
    { weight: 8, arbitrary: fc.oneof(...some) },
    { weight: 1, arbitrary: fc.oneof(...odd) },
  )
  return fc
    .tuple(often(true, fc.constant(false)), fc.tuple(...needed), fc.array(any, { maxLength: 3 }))
    .map(([isComplete, first, rest]) => `?${[...(isComplete ? first : []), ...rest].join('&')}`)
}

function arbitraryBody(schema: JsonSchema): Arbitrary<ArbitraryRequest['body']> {
  const json = (value: Arbitrary<unknown>) => value.map((each) => ({ json: each }))
  return fc.oneof(
    { weight: 5, arbitrary: json(valid(schema)) },
    { weight: 5, arbitrary: json(broken(schema)) },
    { weight: 1, arbitrary: json(fc.oneof(junk(), fc.jsonValue({ maxDepth: 4 }) as Arbitrary<unknown>)) },
    { weight: 1, arbitrary: RAW_BODY },
  )
}

/** What the schema asks for. Names that speak get values that mean something. */
function valid(schema: JsonSchema, name = ''): Arbitrary<unknown> {
  const { type, properties, items, minLength = 0, maxLength = 300 } = schema
  const [first] = [type].flat()
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (properties) return validObject(schema)
  if (first === 'array') return fc.array(items?.type ? valid(items) : ANY_NOTIFICATION, { maxLength: 3 })
  if (name === 'from' || name === 'to')
    return fc.integer({ min: name === 'to' ? 100 : 1, max: name === 'to' ? 200 : 99 })
  if (first === 'integer') return /_id$|^id$/.test(name) ? anId(name) : integer(schema)
  if (first === 'boolean') return fc.boolean()
  if (first === 'number')
    return fc.oneof(
      { weight: 3, arbitrary: integer({ ...schema, maximum: 9_999 }).map((cents) => cents / 100) },
      { weight: 1, arbitrary: fc.double() },
    )
  const meaningful = MEANINGFUL[name]
  const words = text(Math.min(maxLength, 300)).filter((each) => each.length >= minLength)
  return meaningful ? fc.oneof({ weight: 3, arbitrary: meaningful }, { weight: 1, arbitrary: words }) : words
}

function validObject({ properties = {}, required = [] }: JsonSchema): Arbitrary<object> {
  const entries = Object.entries(properties).map(([key, child]) => [key, valid(child, key)] as const)
  return fc.record(Object.fromEntries(entries), { requiredKeys: required })
}

/** A valid object with something wrong in one place, at any depth. */
function broken(schema: JsonSchema): Arbitrary<unknown> {
  const places = fieldPaths(schema)
  return fc
    .tuple(valid(schema), fc.constantFrom(...places), fc.oneof(junk(), fc.constant(ABSENT)))
    .map(([value, place, wrong]) => replaceAt(value, place, wrong))
}

const ABSENT = Symbol('absent')

function fieldPaths({ properties = {} }: JsonSchema): string[][] {
  const own = Object.entries(properties).flatMap(([key, child]) => [
    [key],
    ...(child.properties ? fieldPaths(child).map((rest) => [key, ...rest]) : []),
  ])
  return own.length > 0 ? own : [['unknown']]
}

function replaceAt(value: unknown, [key = '', ...rest]: string[], wrong: unknown): unknown {
  const object = { ...(value as Record<string, unknown>) }
  object[key] = rest.length > 0 ? replaceAt(object[key], rest, wrong) : wrong
  if (object[key] === ABSENT) delete object[key]
  return object
}

const anId = (name: string) =>
  fc.oneof(
    { weight: 4, arbitrary: knownId(`${name.replace(/_?id$/, '') || 'event'}s`) },
    { weight: 1, arbitrary: fc.nat(99) },
  )

const integer = ({ minimum = 1, maximum = 1_000 }: JsonSchema) =>
  fc.integer({ min: minimum, max: Math.max(minimum, maximum) })

const text = (maxLength: number) =>
  fc.oneof(fc.string({ maxLength }), fc.string({ unit: 'grapheme', maxLength }), fc.constantFrom(...TEXTS))

const junk = (): Arbitrary<unknown> =>
  fc.oneof(fc.constantFrom(...JUNK), fc.string({ unit: 'binary', maxLength: 50 }), fc.double())

// biome-ignore format: a list to look through
const NUMBERS = [0, -0, -1, 1, 1.5, 2, 99, 101, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 63, 1e20, 1e308, -1e308]

// biome-ignore format: a list to look through
const TEXTS = [
  '', ' ', '0', '1', '-1', 'null', 'true', 'NaN', '1e3', '0x10', 'a\0b', '\ud800', '\udfff x', '\u202eabc', '😀'.repeat(40),
  "'; drop table users; --", '%', '_', '\\', '%_\\', '<script>alert(1)</script>', '=1+1', '\r\nx: y', '{{7*7}}',
  '../../etc/passwd', '__proto__', 'constructor', 'x'.repeat(5_000), '2024-01-15T07:00:00', '0000-00-00T00:00:00', '99999-01-01T00:00:00', 'a\udfff',
]

const JUNK: unknown[] = [
  ...NUMBERS,
  ...TEXTS,
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  [null, 'x'],
  { a: { b: 1 } },
  { toString: 1 },
]

const MEANINGFUL: Record<string, Arbitrary<string>> = {
  email: fc.oneof(
    fc.uuid().map((id) => `${id}@example.com`),
    fc.constant(FUZZ_USER.email),
    fc.constant(FUZZ_USER.email.toUpperCase()),
    fc.emailAddress(),
  ),
  password: fc.constantFrom(FUZZ_USER.password, FUZZ_USER.password, 'password123', 'short'),
  current_password: fc.constantFrom(FUZZ_USER.password, FUZZ_USER.password, 'wrong'),
  new_password: fc.constantFrom('an unheard-of phrase', 'short', 'password123'),
  confirm: fc.constantFrom('DELETE', 'delete'),
  type: fc.constantFrom('session', 'RETREAT', 'walk'),
  event_type: fc.constantFrom('session', 'RETREAT', 'Session', 'walk'),
  status: fc.constantFrom('active', 'ALL', 'confirmed', 'CANCELLED', 'received', 'nothing'),
  crm_status: fc.constantFrom('new', 'Reviewed', 'completed', 'unknown'),
  upcoming: fc.constantFrom('true', 'FALSE', '1', 'maybe'),
  start_datetime: anyOf(
    '2030-01-15T07:00:00 2030-01-15T07:00:00Z 2030-01-15T07:30:00 2030-01-15t09:00:00+02:00 2030-02-30T00:00:00 soon',
  ),
  end_datetime: anyOf('2030-01-15T08:00:00 2030-01-15T09:00:00+01:00 2030-01-16T08:00 2030-01-15T06:00:00'),
  timezone: fc.constantFrom('Europe/Berlin', 'america/new_york', 'UTC', '+02:00', 'Mars/Olympus'),
  virtual_link: fc.constantFrom(
    'https://meet.example.com/x',
    'http://127.0.0.1:8000/?a=b#c',
    ' HTTPS://ä.example ',
    'http://a@b',
    'javascript:alert(1)',
  ),
  recurrence: anyOf(
    'FREQ=DAILY;COUNT=3 FREQ=WEEKLY;BYDAY=TU;UNTIL=20300301 FREQ=MONTHLY;BYDAY=3TU;COUNT=2 FREQ=DAILY;UNTIL=99991231 FREQ=YEARLY',
  ),
  scope: fc.constantFrom('this', 'Following', 'ALL', 'none'),
  booking_date: fc.constantFrom('2024-01-01T12:00:00', 'yesterday'),
}

function anyOf(words: string): Arbitrary<string> {
  return fc.constantFrom(...words.split(' '))
}

const ANY_NOTIFICATION = fc.record({
  booking_id: fc.oneof(anId('booking_id'), junk()),
  user: fc.record({ id: fc.nat(9), email: text(99), name: text(99) }),
  event: fc.record({ id: fc.nat(9), title: text(99), type: fc.constantFrom('session', 'retreat') }),
  facilitator_id: fc.oneof(fc.nat(9), junk()),
  status: fc.constantFrom('cancelled', 'x'),
})

const EMPTY = fc.constant(undefined)

// biome-ignore format: a list to look through
const RAW_BODIES = [
  '', '{', '}', '{"a":}', 'null', 'true', '1', '"text"', '[]', '[1,2]', '{}', '{}trailing', '\ufeff{}', '{"a":1e400}', '{"event_id":1}trailing',
  '{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '{"event_id":1,"event_id":"a"}', '\ufeff{"event_id":1}',
  '['.repeat(9_000), `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}`, `{"notes":"${'x'.repeat(70_000)}"}`,
]
/** Too much of them to be sent again and again. */
const LARGE_BODIES = [
  `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  `[${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}]`,
  `{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":0`).join(',')}}`,
  `{"notes":"${'x'.repeat(3_000_000)}"}`,
  Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
]

const RAW_BODY = fc
  .oneof(
    fc.constantFrom(...RAW_BODIES),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.json({ maxDepth: 3 }),
  )
  .map((raw) => ({ raw }))

// biome-ignore format: a list to look through
const CONTENT_TYPES = [
  'text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', 'application/json; charset=utf-16',
  'application/json; charset=latin1', 'application/json garbage', 'application/jsonx', '\tapplication/json', 'application/json;charset=UTF-8', 'APPLICATION/JSON',
]
const CONTENT_TYPE = fc.constantFrom(...CONTENT_TYPES).map((type) => ({ 'content-type': type }))

// biome-ignore format: a list to look through
const ODD_HEADERS = fc.constantFrom<Record<string, string>>(
  { accept: 'text/html' }, { accept: '' }, { 'content-encoding': 'gzip' }, { 'x-forwarded-for': '1.2.3.4, 5.6.7.8' }, { 'x-http-method-override': 'DELETE' },
  { origin: 'https://evil.example' }, { range: 'bytes=0-1' }, { 'if-none-match': '*' }, { 'if-modified-since': 'never' }, { 'idempotency-key': 'x'.repeat(300) },
  { 'idempotency-key': 'fuzz' }, { cookie: 'a=b; access_token=c' }, { expect: 'nothing' },
)

function encode(value: unknown): string {
  const asText = typeof value === 'string' ? value : JSON.stringify(value)
  return encodeURIComponent(asText.toWellFormed().slice(0, 3_000))
}
