import { AppError, databaseAway, unavailable } from '#shared/errors/app-error.ts'

/**
 * What a PostgreSQL fault means to the caller: their data (class 22, 23), nobody's fault and worth a
 * retry (40), or a database that is away (08, 53, 57, sockets). Undefined: not a database fault.
 */
export function databaseErrorToAppError(error: unknown): AppError | undefined {
  const code = (error as { code?: unknown }).code
  if (isConnectionLoss(error)) return databaseAway()
  if (typeof code !== 'string' || !SQLSTATE.test(code)) return undefined
  const category = code.slice(0, 2)
  if (category === '22')
    return new AppError(400, 'invalid_value', 'A value in the request is out of range or cannot be stored.')
  if (code === '23505' || code === '23P01')
    return new AppError(409, 'conflict', 'This conflicts with something that already exists.')
  if (code === '40001' || code === '40P01')
    return unavailable('busy', 'Too many changes at once: please try again.', 1)
  // A server that only reads was the primary a moment ago.
  if (['08', '53', '57', '58'].includes(category) || code === '25006') return databaseAway()
  return undefined
}

/** True when nobody is to blame and the same may work in a moment: it is restarting, full, or out of reach. */
export const isDatabaseAway = (error: unknown): boolean => databaseErrorToAppError(error)?.status === 503

/** True when the server itself refused the statement, so that nothing of it was kept. */
export function isRolledBack(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && /^(22|23|25|40|42|54)[0-9A-Z]{3}$/.test(code)
}

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
  const { code, syscall, message } = error as { code?: string; syscall?: string; message?: string }
  // A name with several addresses fails with all their faults at once.
  if (code && (syscall || error instanceof AggregateError) && SOCKET_FAULTS.has(code)) return true
  return /Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error/.test(
    message ?? '',
  )
}
