import { AppError, databaseAway, unavailable } from '#shared/errors/app-error.ts'
import { codeOf, messageOf } from '#shared/errors/error-facts.ts'

/**
 * The answer for an error of PostgreSQL: invalid data (class 22, 23), a conflict to be retried (40), or an unavailable
 * database (08, 53, 57, 58, sockets). Undefined for any other error.
 */
export function databaseErrorToAppError(error: unknown): AppError | undefined {
  const code = codeOf(error)
  if (isConnectionLoss(error)) return databaseAway()
  if (code === undefined || !SQLSTATE.test(code)) return undefined
  const category = code.slice(0, 2)
  if (category === '22')
    return new AppError(400, 'invalid_value', 'A value in the request is out of range or cannot be stored.')
  if (code === '23505' || code === '23P01')
    return new AppError(409, 'conflict', 'This conflicts with something that already exists.')
  if (code === '40001' || code === '40P01')
    return unavailable('busy', 'Too many changes at once: please try again.', 1)
  // 25006, read-only transaction: the server has just been demoted.
  if (['08', '53', '57', '58'].includes(category) || code === '25006') return databaseAway()
  return undefined
}

/** Whether the database is unavailable or busy for the moment, so that a retry makes sense. */
export const isDatabaseAway = (error: unknown): boolean => databaseErrorToAppError(error)?.status === 503

/** Whether the server has refused the statement, so that it is certain to have had no effect. */
export const isRolledBack = (error: unknown): boolean =>
  /^(22|23|25|40|42|54)[0-9A-Z]{3}$/.test(codeOf(error) ?? '')

const SQLSTATE = /^[0-9A-Z]{5}$/
const SOCKET_FAULTS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
])

function isConnectionLoss(error: unknown): boolean {
  // A name with several addresses fails with an AggregateError of their errors.
  const isOfSocket = error instanceof AggregateError || (error instanceof Error && 'syscall' in error)
  if (isOfSocket && SOCKET_FAULTS.has(codeOf(error) ?? '')) return true
  return /Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error/.test(
    messageOf(error),
  )
}
