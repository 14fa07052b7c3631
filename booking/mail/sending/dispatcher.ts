import * as mailStore from '#booking/mail/queue/mail.store.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import { type SenderDeps, sendOne } from './sender.ts'
import { CONNECTIONS } from './transport.ts'

export type DispatcherDeps = SenderDeps & { mail: { perSecond: number } }

/** Longer than most servers take for one mail; shorter than the whole stop of a service may take. */
const STOP_MAX_MS = 6_000

/**
 * Starts the loop that sends due mails, several at a time and at most `perSecond`. Every mail in flight is under a lease of
 * its own, so a slow connection holds up no other, and any number of instances do it together.
 */
export function startDispatcher(deps: DispatcherDeps): { stop(): Promise<void> } {
  const { log, mail } = deps
  const inFlight = new Set<Promise<void>>()
  const rate = createRate(mail.perSecond)
  let wasAway = false
  const loop: Loop = startLoop({
    name: 'send-mails',
    everyMs: 1_000,
    firstAfterMs: 800,
    log,
    async run() {
      const isAway = mail.breaker.isOpen()
      if (isAway && !wasAway) log.warn('the mail server does not answer: mails wait until it does')
      if (!isAway && wasAway) log.info('the mail server answers again')
      wasAway = isAway
      if (isAway && !mail.breaker.isProbeDue()) return false
      const free = isAway ? Math.min(1, 1 - inFlight.size) : CONNECTIONS - inFlight.size
      const limit = Math.min(free, rate.available())
      if (limit <= 0) return false
      const claimed = await mailStore.claimDue(deps.db, deps.clock.now(), limit)
      rate.take(claimed.length)
      for (const each of claimed) {
        const sending = sendOne(deps, each)
          .catch((err: unknown) =>
            log.error({ err, mail: each.id }, 'sending a mail failed and will be repeated'),
          )
          .then(() => {
            inFlight.delete(sending)
            loop.poke()
          })
        inFlight.add(sending)
      }
      return false
    },
  })
  return {
    async stop() {
      await loop.stop()
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise((resolve) => {
        timer = setTimeout(resolve, STOP_MAX_MS)
      })
      await Promise.race([Promise.all(inFlight), patience])
      clearTimeout(timer)
    },
  }
}

/** A token bucket of one second, in real time whatever the clock of the deps says. */
function createRate(perSecond: number) {
  const capacity = Math.max(1, perSecond)
  let tokens = capacity
  let filledAtMs = performance.now()
  return {
    available() {
      const nowMs = performance.now()
      tokens = Math.min(capacity, tokens + ((nowMs - filledAtMs) / 1_000) * perSecond)
      filledAtMs = nowMs
      return Math.floor(tokens)
    },
    take(count: number) {
      tokens -= count
    },
  }
}
