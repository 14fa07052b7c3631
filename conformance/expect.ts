import { NotRun } from './check.ts'
import type { Answer, Exchange } from './client.ts'
import { type Difference, filledText, list, object, type Shape, same, show, snakeCaseWord } from './shape.ts'

/** A failed check, with the request and answer that failed it. */
export class Mismatch extends Error {
  expected: string
  came: string
  exchange: Exchange

  constructor({ json: _, ...exchange }: Answer, expected: string, came: string) {
    super(`expected ${expected}, came ${came}`)
    this.expected = expected
    this.came = came
    this.exchange = exchange
  }
}

const errorBody = object({ error: filledText })
const codedErrorBody = object({ error: filledText, code: snakeCaseWord })
const detailedErrorBody = object({
  error: filledText,
  code: snakeCaseWord,
  details: list(object({ field: filledText, message: filledText })),
})

// Signs of a stack trace, a source file or a SQL statement, which must not reach a client.
const innerWorkings =
  /\n\s+at |node_modules|\.(ts|js|py):\d+|Traceback|\b(SELECT|INSERT|UPDATE) .+ (FROM|INTO|SET)\b/

/** Throws `NotRun` for 429: a rate-limited check neither passes nor fails. */
export function expectStatus(answer: Answer, ...statuses: number[]): void {
  if (answer.status === 429) {
    const { method, url } = answer.sent
    const seconds = answer.headers['retry-after'] ?? 'some'
    throw new NotRun(`${method} ${url} takes no more requests for ${seconds} seconds (429)`)
  }
  expectThat(
    answer,
    statuses.includes(answer.status),
    `status ${statuses.join(' or ')}`,
    `status ${answer.status}`,
  )
}

export function expectBody<T>(answer: Answer, status: number, shape: Shape<T>): T {
  expectStatus(answer, status)
  return expectShape(answer, shape)
}

/** The contract's error: a documented status and `{"error": "..."}`. */
export function expectError(answer: Answer, ...statuses: number[]): void {
  expectStatus(answer, ...statuses)
  expectShape(answer, errorBody)
}

/** An error of Stillpoint: also with a stable `code`, and without internal details. */
export function expectCodedError(answer: Answer, ...statuses: number[]): string {
  expectStatus(answer, ...statuses)
  const { error, code } = expectShape(answer, codedErrorBody)
  expectThat(answer, !innerWorkings.test(error), 'an error text without inner workings', show(error))
  return code
}

/** A refused body: 400, and `details` names the field at fault. */
export function expectFieldError(answer: Answer, field: string): void {
  expectCodedError(answer, 400)
  const { details } = expectShape(answer, detailedErrorBody)
  const named = details.some((detail) => `${detail.field} ${detail.message}`.includes(field))
  expectThat(answer, named, `details naming ${field}`, show(details))
}

export function expectShape<T>(answer: Answer, shape: Shape<T>): T {
  const type = answer.headers['content-type'] ?? 'none'
  expectThat(answer, type.startsWith('application/json'), 'content type application/json', type)
  failOn(answer, shape.differences(answer.json, ''))
  return answer.json as T
}

/** Compares the fields that `wanted` names, at any depth, and reports each one that differs. */
export function expectValues(answer: Answer, received: unknown, wanted: unknown): void {
  failOn(answer, same(wanted).differences(received, ''))
}

export function expectThat(answer: Answer, holds: boolean, expected: string, came = 'something else'): void {
  if (!holds) throw new Mismatch(answer, expected, came)
}

function failOn(answer: Answer, differences: Difference[]): void {
  if (differences.length === 0) return
  const lines = (side: 'expected' | 'received') =>
    differences.map((found) => (found.path ? `${found.path}: ${found[side]}` : found[side])).join('\n')
  throw new Mismatch(answer, lines('expected'), lines('received'))
}
