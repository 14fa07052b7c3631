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

const CHANGED = 'The password of your account was changed.'

const CHANGED_HOW: Record<string, string> = {
  'user.taken_over': 'The studio has set a new password for your account.',
  'user.linked_with_google':
    'You have signed in with Google for the first time, which has removed the password that the account had before.',
}
