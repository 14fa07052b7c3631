/** The code of an error of Node (`ENOENT`) or PostgreSQL (`23505`); undefined when it has none that is text. */
export function codeOf(error: unknown): string | undefined {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error
  return hasCode && typeof error.code === 'string' ? error.code : undefined
}

/** The message of an error; of anything else that was thrown, its text. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The error itself; anything else that was thrown, as the message of a new one. */
export const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
