import { faultsInWords, problemInWords } from '../fault-words.rules.ts'
import type { Problem } from './contract.ts'

/** An answer that is not a success. `message` is a sentence for the user that says what to do; `code` is for programs. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly details: NonNullable<Problem['details']>
  /** From the `Retry-After` header; 0 without one. */
  readonly retryAfterSeconds: number

  constructor(status: number, { error, code, details = [] }: Problem, retryAfterSeconds = 0) {
    super(error)
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.details = details
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** There was no answer. A browser that knows itself to be offline says so. */
export const unreachable = () =>
  new ApiError(
    0,
    isOffline()
      ? { code: 'offline', error: 'You are offline. Try again when you have a connection.' }
      : { code: 'unreachable', error: 'Stillpoint cannot be reached: check your connection and try again.' },
  )

/** Only certain when true: a browser also counts as online in a network that leads nowhere. */
export const isOffline = (): boolean => globalThis.navigator?.onLine === false

/** The server has refused the session before. */
export const sessionEnded = () =>
  new ApiError(401, { code: 'invalid_token', error: 'Your session has ended: log in again.' })

/** The answer is not one of the API, but of a proxy or a captive portal. */
export const unintelligible = (status: number) =>
  new ApiError(status, {
    code: 'unintelligible',
    error: 'Stillpoint did not answer as expected: please try again in a moment.',
  })

export const hasCode = (error: unknown, code: string) => error instanceof ApiError && error.code === code

/** What was asked for does not exist: trying again cannot help. */
export const isGone = (error: unknown) => error instanceof ApiError && error.status === 404

/** A sentence for the user about any error. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError))
    return 'Something went wrong on this page: please try again, or reload it.'
  if (isGone(error) && NAMES_AN_ID.test(error.message)) return 'This no longer exists.'
  const wait = error.retryAfterSeconds
  // A message with a number already says how long to wait.
  return wait < WAIT_WORTH_SAYING_SECONDS || /\d/.test(error.message)
    ? sentenceOf(error)
    : `${error.message} You can try again in ${waitInWords(wait)}.`
}

const sentenceOf = ({ details, message }: ApiError): string =>
  details.length > 0 ? faultsInWords(details) : problemInWords(message)

const WAIT_WORTH_SAYING_SECONDS = 3
/** Such a message is about an id, which users never see. */
const NAMES_AN_ID = /\bid\b/

function waitInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}

/** Whether to offer a retry. Other refusals would be repeated. */
export function mayWorkLater(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 401 || error.status === 408 || isTransient(error)
}

export const retryAfterMs = (error: unknown): number =>
  error instanceof ApiError ? error.retryAfterSeconds * 1_000 : 0

/** Whether an automatic retry may help. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500)
}
