import { paragraph } from '#booking/mail/letters/letter.ts'
import { issueLink } from '#booking/mail/links/issue-link.ts'
import type { MailKind } from './mail-kind.ts'

/** The token stands behind a `#`, which browsers do not send to any server: not in the request, nor as the referrer of another. */
export const passwordReset: MailKind = async (deps, mail, user) => {
  const token = await issueLink(deps, mail, user, 'reset-password')
  if (typeof token !== 'string') return token
  return {
    subject: 'Set a new password',
    heading: 'Set a new password',
    blocks: [
      paragraph('Somebody, probably you, has told us that the password of your account is forgotten.'),
      paragraph('The link works once, for one hour. A new password logs you out on every device.'),
      paragraph('If it was not you, do nothing: your password stays as it is.'),
    ],
    action: { label: 'Set a new password', path: `/reset-password#${token}` },
    footnote:
      'You get this because a new password was asked for. Do not pass it on: the link lets people in.',
    secret: token,
  }
}

/** Whoever has changed it: a thief is noticed by it. */
export const passwordChanged: MailKind = async (_deps, mail) => ({
  subject: 'Your password was changed',
  heading: 'Your password was changed',
  blocks: [
    paragraph(CHANGED_HOW[String(mail.details.action)] ?? CHANGED),
    paragraph('Every device that was logged in before has been logged out.'),
    paragraph(
      'If you know of this, there is nothing to do. If not, set a new password at once, and tell the studio.',
    ),
  ],
  action: { label: 'Set a new password', path: '/forgot-password' },
  footnote: 'You get this because it is about the safety of your account.',
})

export const emailConfirmation: MailKind = async (deps, mail, user) => {
  if (user.email_proven) return { dropped: 'The address is confirmed.' }
  const token = await issueLink(deps, mail, user, 'verify-email')
  if (typeof token !== 'string') return token
  const why = WHY_CONFIRM[String(mail.details.action)]
  return {
    subject: 'Confirm your e-mail address',
    heading: 'Confirm your e-mail address',
    blocks: [
      ...(why ? [paragraph(why)] : []),
      paragraph(
        'Please confirm that the address is yours. The link works once, for three days, and asks you to log in.',
      ),
      paragraph('If the account is not yours, do nothing, and do not confirm it: nobody else can.'),
    ],
    action: { label: 'Confirm address', path: `/verify-email#${token}` },
    footnote: 'You get this because an account has this e-mail address.',
    secret: token,
  }
}

/** To the address before. */
export const emailChanged: MailKind = async () => ({
  subject: 'Your e-mail address was changed',
  heading: 'Your account has another e-mail address',
  blocks: [
    paragraph('The e-mail address of your account was changed. From now on everything goes to the new one.'),
    paragraph('If you know of this, there is nothing to do. If not, please tell the studio at once.'),
  ],
  action: undefined,
  footnote: 'You get this because your account had this e-mail address until now.',
})

const WHY_CONFIRM: Record<string, string> = {
  'user.registered': 'Somebody, probably you, has opened an account with this e-mail address.',
  'user.created': 'The studio has opened an account for you.',
  'user.updated': 'Somebody, probably you, has given this address to an account.',
}

const CHANGED = 'The password of your account was changed.'

const CHANGED_HOW: Record<string, string> = {
  'user.taken_over': 'The studio has set a new password for your account.',
  'user.linked_with_google':
    'You have signed in with Google for the first time, which has removed the password that the account had before.',
}
