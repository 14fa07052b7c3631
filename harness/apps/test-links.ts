import { oweResets } from '#booking/account/recovery/password-reset.service.ts'
import type { Deps } from '#booking/deps.ts'
import { mailsOf, sendMails } from './test-mail.ts'

/** Sends everything that is owed. Returns the newest mail of a kind to somebody, and the token of its link. */
export async function linkTo(deps: Deps, user_id: number, kind: string) {
  while (await oweResets(deps)) {}
  await sendMails(deps)
  const mail = (await mailsOf(deps, user_id)).findLast((each) => each.kind === kind)
  return { mail, token: tokenIn(mail?.body_text ?? '') }
}

export const tokenIn = (text: string): string => /#([\w-]{40,})/.exec(text)?.[1] ?? ''
