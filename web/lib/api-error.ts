import type { Static } from 'typebox'
import type { ErrorBody } from '#shared/http/schemas/schemas.ts'

type Body = Static<typeof ErrorBody>

/** An answer that is no success. `message` is a sentence for people that says what to do; `code` is for us. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: NonNullable<Body['details']>
  /** How long the server asks to be left alone; 0 when it does not. */
  readonly retryAfterSeconds: number

  constructor(status: number, { error, code, details = [] }: Body, retryAfterSeconds = 0) {
    super(error)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
    this.retryAfterSeconds = retryAfterSeconds
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

/** Looked for, and not there: nothing that trying again could change. */
export const isGone = (error: unknown) => error instanceof ApiError && error.status === 404

/** What to say to people, whatever went wrong. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError))
    return 'Something went wrong on this page: please try again, or reload it.'
  if (isGone(error) && NAMES_AN_ID.test(error.message)) return 'This is not here any more.'
  const wait = error.retryAfterSeconds
  // Where the sentence has a number already, it has said how long.
  return wait < WAIT_WORTH_SAYING_SECONDS || /\d/.test(error.message)
    ? error.message
    : `${error.message} You can try again in ${waitInWords(wait)}.`
}

const WAIT_WORTH_SAYING_SECONDS = 3
/** Ids are for programs. */
const NAMES_AN_ID = /\bid\b/

function waitInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

/** Whether there is any sense in offering to try again: a refusal of what was asked for is one again. */
export function mayWorkLater(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 401 || error.status === 408 || isTransient(error)
}

export const retryAfterMs = (error: unknown): number =>
  error instanceof ApiError ? error.retryAfterSeconds * 1_000 : 0

/** Trying again may help with these, and does no harm. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)
}
