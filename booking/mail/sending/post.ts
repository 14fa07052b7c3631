import type { MailSettings } from '#booking/config.ts'
import type { LinkKeys } from '#booking/mail/links/link-keys.ts'
import { createCircuitBreaker } from '#shared/lib/circuit-breaker.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Post } from './sender.ts'
import { createSmtpTransport, keptTransport } from './transport.ts'

export type Mail = Post & {
  /** With `MAIL=off` nothing is owed, and nothing sent. */
  isOn: boolean
  perSecond: number
}

/** `settings` undefined: `MAIL=off`. */
export function createMail(settings: MailSettings | undefined, clock: Clock, links: LinkKeys): Mail {
  const breaker = createCircuitBreaker(clock)
  if (!settings) {
    const [from, studio] = [
      { name: '', address: '' },
      { name: '', address: undefined },
    ]
    return {
      isOn: false,
      isKept: false,
      perSecond: 1,
      transport: keptTransport,
      breaker,
      from,
      studio,
      publicUrl: '',
      links,
    }
  }
  const { smtpUrl, ...others } = settings
  const transport = smtpUrl === undefined ? keptTransport : createSmtpTransport(smtpUrl)
  return { isOn: true, isKept: smtpUrl === undefined, transport, breaker, links, ...others }
}
