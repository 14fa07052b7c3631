import Type, { type Static, type TSchema } from 'typebox'

/** The largest id: a 32-bit integer, as the database stores it. */
export const MAX_ID = 2_147_483_647

/** The schema, or null. One schema with two types is serialised faster than a union. */
export function Nullable<T extends TSchema>(schema: T) {
  const type = 'type' in schema ? schema.type : undefined
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [type, 'null'] })
}

export const Id = Type.Integer({ minimum: 1, maximum: MAX_ID })

/** An id in a path. A malformed one is answered with 404, like an unknown one (contract). */
export const IdParams = Type.Object({ id: Id })

/** Naive UTC, written by `toWireTime`. */
export const WireTime = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$',
  examples: ['2026-01-15T07:00:00'],
})

/** A time in a request, to be parsed with `readTime`. */
export const Time = (description: string) =>
  Type.String({
    maxLength: 40,
    description: `${description} Naive UTC, or with an offset.`,
    examples: ['2026-01-15T07:00:00'],
  })

export const Unchanged = { description: 'Unchanged since the ETag in If-None-Match', type: 'null' }

/** The body of every error answer. */
export const ErrorBody = Type.Object(
  {
    error: Type.String({ description: 'A sentence that says what to do.' }),
    code: Type.String({ description: 'Stable, for programs.' }),
    details: Type.Optional(Type.Array(Type.Object({ field: Type.String(), message: Type.String() }))),
  },
  { title: 'Error' },
)

const WHEN: Record<number, string> = {
  400: 'Invalid request data',
  401: 'Authentication required or invalid',
  403: 'Access denied',
  404: 'Not found',
  405: 'Method not allowed here',
  408: 'The request took too long to arrive',
  409: 'Conflict with what already exists',
  413: 'Body too large',
  415: 'Body is not JSON, or compressed',
  422: 'Idempotency-Key was used with another request',
  429: 'Too many requests',
  500: 'Server error',
  501: 'Not supported by the CRM that is connected',
  503: 'Temporarily unavailable',
}

/** Statuses that any route can answer with. */
const COMMON = [400, 408, 413, 415, 500, 503] as const

/** Response schemas by status, for `statuses` and those of every route. */
export function errorResponses<const S extends number>(
  ...statuses: S[]
): Record<S | (typeof COMMON)[number], typeof ErrorBody> {
  const all = [...new Set<number>([...statuses, ...COMMON])]
  const entries = all.map((status) => [status, { description: WHEN[status] ?? 'Error', ...ErrorBody }])
  return Object.fromEntries(entries)
}
