import type { Db } from '#booking/database/database.ts'
import type { ClaimedMail } from '#booking/mail/queue/mail.store.ts'
import * as mailStore from '#booking/mail/queue/mail.store.ts'
import type { Clock } from '#shared/lib/clock.ts'
import type { Logger } from '#shared/telemetry/logger.ts'

const LOOK_EVERY_MS = 2_000
/** A quarter of it is over. */
const RENEW_BELOW_MS = 45_000
/** Longer than two statements may take. */
const STOP_BELOW_MS = 10_000

/** For a server that goes on answering and comes to no end. */
const WORK_MAX_MS = 30 * 60_000

/**
 * Does work under the lease of a mail, which is renewed while it lasts. Its signal stops it with the service (`stop`), after half an
 * hour, and where the lease cannot be renewed, before it ends: then another process may claim the mail. After a `kill -9` nobody
 * renews it.
 */
export async function underLease(
  { db, clock, log }: { db: Db; clock: Clock; log: Logger },
  mail: ClaimedMail,
  stop: AbortSignal | undefined,
  work: (stopped: AbortSignal) => Promise<void>,
): Promise<void> {
  const stopping = new AbortController()
  const end = (error: Error) => stopping.abort(error)
  const beganAt = performance.now()
  let leaseEndMs = mail.next_attempt_at.getTime()
  let isRenewing = false
  const look = async () => {
    const leftMs = leaseEndMs - clock.now().getTime()
    if (leftMs < STOP_BELOW_MS) end(new Error('the lease could not be renewed'))
    if (performance.now() - beganAt > WORK_MAX_MS)
      end(new DOMException('not accepted within half an hour', 'TimeoutError'))
    if (leftMs >= RENEW_BELOW_MS || isRenewing || stopping.signal.aborted) return
    isRenewing = true
    try {
      const renewed = await mailStore.renew(db, mail, clock.now())
      if (renewed) leaseEndMs = renewed.getTime()
      else end(new Error('another process has claimed the mail'))
    } catch (err) {
      log.warn({ err, mail: mail.id }, 'the lease of a mail could not be renewed, will try again')
    } finally {
      isRenewing = false
    }
  }
  const onStop = () => end(new Error('the service was stopped'))
  stop?.addEventListener('abort', onStop)
  if (stop?.aborted) onStop()
  const timer = setInterval(look, LOOK_EVERY_MS)
  try {
    await work(stopping.signal)
  } finally {
    clearInterval(timer)
    stop?.removeEventListener('abort', onStop)
  }
}
