import type { Static } from 'typebox'
import type { ErrorBody } from '#shared/http/schemas.ts'

type Body = Static<typeof ErrorBody>

/** An answer that is no success. `message` is a sentence for people that says what to do; `code` is for us. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: NonNullable<Body['details']>

  constructor(status: number, { error, code, details = [] }: Body) {
    super(error)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
  }
}

/** No answer at all. */
export const unreachable = () =>
  new ApiError(0, {
    code: 'unreachable',
    error: 'Stillpoint cannot be reached: check your connection and try again.',
  })

/** An answer by somebody in between: a proxy, a captive portal. */
export const unintelligible = (status: number) =>
  new ApiError(status, {
    code: 'unintelligible',
    error: 'Stillpoint did not answer as expected: please try again in a moment.',
  })

export const hasCode = (error: unknown, code: string) => error instanceof ApiError && error.code === code

/** What to say to people, whatever went wrong. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message
  return 'Something went wrong on this page: please try again, or reload it.'
}

/** Trying again may help with these, and does no harm. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)
}
