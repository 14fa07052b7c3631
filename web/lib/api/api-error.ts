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
