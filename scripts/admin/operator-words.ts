import type { AppError } from '#shared/errors/app-error.ts'

/** The message of an error for an operator, with the options of the command instead of the fields of a request. */
export function inOperatorWords(error: AppError): string {
  return SENTENCES[error.code]?.(error) ?? error.message
}

const noAccount = () => 'No account has this e-mail address: list-users shows which there are.'

/** By error code, for messages that mention a field or an id. */
const SENTENCES: Record<string, (error: AppError) => string> = {
  account_not_found: noAccount,
  user_not_found: noAccount,
  account_inactive: () =>
    'The account with this e-mail address is closed: open it again first (reopen-account), or use another address.',
  account_not_proven: () =>
    'There is an account with this e-mail address, and nobody has proven that it is theirs. Have its owner open the link that was mailed to it or sign in with Google once, or take it over: --existing gives it the name and the password that you say, and ends every session of whoever opened it.',
  events_ahead: ({ message }) =>
    `${message.split(':', 1)[0]}: cancel them first, or add --leave-events: then they stay as they are, and admins run them.`,
  last_admin: () => 'This is the only admin: make somebody else one first (create-admin).',
  demo_account: () =>
    'The password of this demo account is published: set another one first (reset-password).',
  validation_failed: ({ details = [] }) =>
    `${details.map(({ field, message }) => `--${field.replaceAll('_', '-')} ${message}`).join('; ')}.`,
}
