import { setTimeout as sleep } from 'node:timers/promises'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import { type SenderDeps, sendOne } from './sender.ts'
import { CONNECTIONS, SLOW_MAX } from './transport.ts'

export type DispatcherDeps = SenderDeps & { mail: { perSecond: number } }

/** Longer than most servers take for one mail; with the noting shorter than the whole stop of a service may take. */
const STOP_MAX_MS = 5_000
const NOTE_MAX_MS = 1_000
/** A mail that is in the hands of its server for longer gives its place to another. */
const SLOW_AFTER_MS = 20_000

/**
 * Starts the loop that sends due mails, several at a time and at most `perSecond`. Every mail in flight is under a lease of
 * its own, so a slow connection holds up no other, and any number of instances do it together. Stopping waits for a moment, and cuts
 * off what a server has not answered by then.
 */
export function startDispatcher(deps: DispatcherDeps): { stop(): Promise<void> } {
  const { log, mail } = deps
  /** Since when each is being sent. */
  const inFlight = new Map<Promise<void>, number>()
  const stopping = new AbortController()
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
      const free = (isAway ? 1 : CONNECTIONS) - countPlaces(inFlight)
      const limit = Math.min(free, rate.available())
      if (limit <= 0) return false
      const claimed = await mailStore.claimDue(deps.db, deps.clock.now(), limit)
      rate.take(claimed.length)
      for (const each of claimed) {
        const sending = sendOne(deps, each, stopping.signal)
          .catch((err: unknown) =>
            log.error({ err, mail: each.id }, 'sending a mail failed and will be repeated'),
          )
          .then(() => {
            inFlight.delete(sending)
            loop.poke()
          })
        inFlight.set(sending, performance.now())
      }
      return false
    },
  })
  return {
    async stop() {
      await loop.stop()
      const settle = (maxMs: number) =>
        Promise.race([Promise.all(inFlight.keys()), sleep(maxMs, undefined, unref)])
      await settle(STOP_MAX_MS)
      stopping.abort()
      await settle(NOTE_MAX_MS)
    },
  }
}

const unref = { ref: false }

/** Returns how many mails keep others from being sent. */
function countPlaces(inFlight: Map<unknown, number>): number {
  const since = performance.now() - SLOW_AFTER_MS
  const slow = [...inFlight.values()].filter((beganAt) => beganAt < since).length
  return inFlight.size - Math.min(slow, SLOW_MAX)
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
