import type { Deps } from '#crm/deps.ts'
import type { EventStream } from '#shared/http/event-stream.ts'
import { type Loop, startLoop } from '#shared/jobs/loop.ts'
import * as feedStore from './feed.store.ts'
import { sendReset } from './feed-listeners.ts'

/** A client that was away for less misses nothing. */
const KEEP_HOURS = 48
const FORGET_EVERY_MS = 10 * 60_000
const FORGET_MAX = 5_000

/** Lets a client hear what happens from now on, or behind the last event that it has heard. */
export async function listen(
  { db, feedListeners }: Deps,
  facilitator_id: number,
  lastEventId: number | undefined,
  openStream: () => EventStream,
): Promise<void> {
  const end = await feedStore.findEnd(db, facilitator_id)
  const position = lastEventId ?? end
  const next = { facilitator_id, position: position + 1 }
  const isKept = position === end || (position < end && (await feedStore.has(db, next)))
  const stream = openStream()
  if (isKept) stream.mark(position)
  else sendReset(stream, end)
  feedListeners.add({ facilitator_id, position: isKept ? position : end }, stream)
}

/** Removes what is older than two days. */
export function startForgettingFeed({ db, clock, log }: Deps): Loop {
  return startLoop({
    name: 'forget-old-feed-events',
    everyMs: FORGET_EVERY_MS,
    log,
    async run() {
      const oldest = new Date(clock.now().getTime() - KEEP_HOURS * 3_600_000)
      return (await feedStore.removeBefore(db, oldest, FORGET_MAX)) === FORGET_MAX
    },
  })
}
