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

/** There was no answer. A browser that knew itself to be offline before it asked says so: nothing was sent. */
export const unreachable = (wasOffline = isOffline()) =>
  new ApiError(
    0,
    wasOffline
      ? { code: 'offline', error: 'You are offline. Try again when you have a connection.' }
      : { code: 'unreachable', error: 'Stillpoint cannot be reached: check your connection and try again.' },
  )

/** Whether what was asked for may have been done nevertheless. */
export const isAnswerLost = (error: unknown): boolean =>
  error instanceof ApiError && (error.status >= 500 || (error.status === 0 && error.code !== 'offline'))

export const NO_ANSWER = 'no_answer'

/** What the reader is told of a change whose answer was lost. `isRead`: what is on the screen was read again since. */
export const noAnswer = (isRead: boolean) =>
  new ApiError(0, {
    code: NO_ANSWER,
    error: isRead
      ? 'There was no answer, so this page shows how it is now.'
      : 'There was no answer. Look here again when you have a connection.',
  })

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

/** What cancels a booking that is cancelled has nothing left to do: perhaps the answer was lost the first time. */
export function unlessCancelled(error: unknown): void {
  if (!hasCode(error, 'already_cancelled')) throw error
}

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
