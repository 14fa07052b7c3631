import { MAIL_PREFERENCES, type MailPreference } from '#booking/database/mail-preference.table.ts'
import type { LinkKeys } from '#booking/mail/links/link-keys.ts'

/** Which mails of whom a link switches off. */
export type OptOut = { user_id: number; preference: MailPreference }

/** Returns the path of the page that switches such mails off, signed. In the query, which is not logged. */
export const optOutPath = ({ user_id, preference }: OptOut, links: LinkKeys): string =>
  `/unsubscribe?link=${user_id}.${preference}.${links.sign(textOf({ user_id, preference }))}`

/** Returns what a link is for; undefined when it was not signed here. */
export function readOptOut(link: string, links: LinkKeys): OptOut | undefined {
  const [, id, name, signature = ''] = /^(\d{1,10})\.(\w+)\.([\w-]+)$/.exec(link) ?? []
  const preference = MAIL_PREFERENCES.find((each) => each === name)
  const optOut = preference && { user_id: Number(id), preference }
  return optOut && links.isSigned(textOf(optOut), signature) ? optOut : undefined
}

const textOf = ({ user_id, preference }: OptOut) => `unsubscribe ${user_id} ${preference}`
