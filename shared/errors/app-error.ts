/** One thing that is wrong with one field of a request. */
export type FieldFault = { field: string; message: string }

/** An error answer. `message` is a sentence for a person that says what to do; `code` is stable and for programs. */
export class AppError extends Error {
  readonly status: number
  readonly code: string
  readonly details: FieldFault[] | undefined
  readonly headers: Record<string, string>
  /** An intended refusal, which is logged at info even with status 503. */
  readonly isDeclined: boolean

  constructor(
    status: number,
    code: string,
    message: string,
    extra: { details?: FieldFault[]; headers?: Record<string, string>; isDeclined?: boolean } = {},
  ) {
    super(message)
    this.name = 'AppError'
    this.status = status
    this.code = code
    this.details = extra.details
    this.headers = extra.headers ?? {}
    this.isDeclined = extra.isDeclined ?? false
  }
}

export const badRequest = (code: string, message: string, details?: FieldFault[]) =>
  new AppError(400, code, message, details ? { details } : {})

/** 400 for fields that have the right type but an impossible value. */
export const invalidFields = (details: FieldFault[]) =>
  badRequest('validation_failed', `Check the request: ${details.map(faultSentence).join('; ')}.`, details)

export const unauthorized = (code: string, message: string) =>
  new AppError(401, code, message, { headers: { 'www-authenticate': 'Bearer' } })

export const forbidden = (code: string, message: string) => new AppError(403, code, message)

export const notFound = (noun: string) =>
  new AppError(404, `${noun.replaceAll(' ', '_')}_not_found`, `No such ${noun}: check the id.`)

export const conflict = (code: string, message: string, headers: Record<string, string> = {}) =>
  new AppError(409, code, message, { headers })

export const tooManyRequests = (retryAfterSeconds: number, message: string) =>
  new AppError(429, 'too_many_requests', message, { headers: { 'retry-after': String(retryAfterSeconds) } })

export const unavailable = (code: string, message: string, retryAfterSeconds = 5) =>
  new AppError(503, code, message, { headers: { 'retry-after': String(retryAfterSeconds) } })

/** 503 that the operator intends (draining, a feature that is switched off), so it does not count as a failure. */
export const declined = (code: string, message: string, retryAfterSeconds: number) =>
  new AppError(503, code, message, {
    headers: { 'retry-after': String(retryAfterSeconds) },
    isDeclined: true,
  })

export const databaseAway = () =>
  unavailable('database_unavailable', 'The database cannot be reached right now: please try again shortly.')

/** 503 of load shedding and full queues. */
export const tooBusy = () =>
  unavailable('too_busy', 'Too many requests at once: please try again in a moment.', 1)

/** The JSON body of an error answer: `{error, code, details?}`. */
export function toErrorBody({ message, code, details }: AppError) {
  return { error: message, code, ...(details && { details }) }
}

export function faultSentence({ field, message }: FieldFault): string {
  return field === '' ? message : `${field} ${message}`
}
