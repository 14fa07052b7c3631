export type Difference = { path: string; expected: string; received: string }

/** `value` is never set; it only carries the type that the shape accepts. */
export type Shape<T> = {
  expected: string
  differences: (value: unknown, path: string) => Difference[]
  value?: T
}

export type ValueOf<S> = S extends Shape<infer T> ? T : never

type Fields = Record<string, Shape<unknown>>
type Documented<F extends Fields> = { [K in keyof F]: ValueOf<F[K]> }
type ObjectShape<F extends Fields> = Shape<Documented<F>> & { fields: F }

const naiveTimestamp = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/

export const text = is<string>('a string', (value) => typeof value === 'string')
export const filledText = is<string>('a string that is not empty', (value) => isText(value) && value !== '')
export const flag = is<boolean>('true or false', (value) => typeof value === 'boolean')
export const amount = is<number>('a number', (value) => typeof value === 'number')
export const count = is<number>(
  'an integer of at least 0',
  (value) => Number.isInteger(value) && Number(value) >= 0,
)
export const id = is<number>('a positive integer', (value) => Number.isInteger(value) && Number(value) > 0)
export const timestamp = is<string>(
  'a timestamp like 2024-01-01T12:00:00, without offset or fraction',
  (value) => isText(value) && naiveTimestamp.test(value),
)
export const upperCaseWord = is<string>(
  'an upper-case word like ACTIVE',
  (value) => isText(value) && /^[A-Z_]+$/.test(value),
)
export const snakeCaseWord = is<string>(
  'a snake_case word',
  (value) => isText(value) && /^[a-z][a-z0-9_]*$/.test(value),
)

export function oneOf<T extends string>(...values: T[]): Shape<T> {
  return is<T>(`one of ${values.map(show).join(', ')}`, (value) => values.some((known) => known === value))
}

export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  const expected = `${shape.expected}, or null`
  return {
    expected,
    differences: (value, path) =>
      value === null ? [] : shape.differences(value, path).map((found) => atSame(found, path, expected)),
  }
}

/** Additional fields are allowed. */
export function object<F extends Fields>(fields: F): ObjectShape<F> {
  const expected = `an object with ${Object.keys(fields).join(', ')}`
  return {
    fields,
    expected,
    differences(value, path) {
      if (!isRecord(value)) return [{ path, expected, received: show(value) }]
      return Object.entries(fields).flatMap(([name, shape]) => {
        const at = path ? `${path}.${name}` : name
        if (!(name in value)) return [{ path: at, expected: shape.expected, received: 'missing' }]
        return shape.differences(value[name], at)
      })
    },
  }
}

export function list<T>(of: Shape<T>): Shape<T[]> {
  const expected = `a list, each being ${of.expected}`
  return {
    expected,
    differences(value, path) {
      if (!Array.isArray(value)) return [{ path, expected, received: show(value) }]
      return value.flatMap((item, index) => of.differences(item, `${path}[${index}]`))
    },
  }
}

/** Exactly the values of `wanted`, at any depth; other fields are ignored. */
export function same(wanted: unknown): Shape<unknown> {
  if (Array.isArray(wanted)) return sameList(wanted)
  if (!isRecord(wanted)) return is(show(wanted), (value) => Object.is(value, wanted))
  return object(Object.fromEntries(Object.entries(wanted).map(([name, value]) => [name, same(value)])))
}

/** The fields of `value` that the shape names, for comparing two answers that may have more. */
export function documented<F extends Fields>(shape: ObjectShape<F>, value: Documented<F>): Documented<F> {
  const named = Object.keys(shape.fields).map((name) => [name, value[name]])
  return Object.fromEntries(named) as Documented<F>
}

export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  return JSON.stringify(value)
}

function is<T>(expected: string, accepts: (value: unknown) => boolean): Shape<T> {
  return {
    expected,
    differences: (value, path) => (accepts(value) ? [] : [{ path, expected, received: show(value) }]),
  }
}

function sameList(wanted: unknown[]): Shape<unknown> {
  const expected = show(wanted)
  const items = wanted.map(same)
  return {
    expected,
    differences(value, path) {
      const isSameLength = Array.isArray(value) && value.length === items.length
      if (!isSameLength) return [{ path, expected, received: show(value) }]
      return items.flatMap((item, index) => item.differences(value[index], `${path}[${index}]`))
    },
  }
}

function atSame(found: Difference, path: string, expected: string): Difference {
  return found.path === path ? { ...found, expected } : found
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
