import type { MailRow } from '#booking/database/mail.table.ts'

const PREFIX = 'The address does not take mail: '

/** Why a mail is dropped that is to a suppressed address. */
export const suppressionOf = (reason: string): string => PREFIX + reason

/** Whether a mail was dropped for its address alone: then it may still be true. */
export const isSuppressed = ({ status, last_error }: Pick<MailRow, 'status' | 'last_error'>): boolean =>
  status === 'dropped' && last_error?.startsWith(PREFIX) === true
