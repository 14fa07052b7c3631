import type { Database } from '#booking/database/database.ts'
import type { PublicEvent } from '#booking/events/event.schema.ts'
import type { CachedEvent, EventCache } from '#booking/events/event-cache.ts'
import { toPublicEvent } from '#booking/events/event-copies.ts'
import type { Facilitator } from '#booking/facilitators/facilitator.schema.ts'
import * as facilitatorStore from '#booking/facilitators/facilitator.store.ts'
import type { Reads } from '#shared/db/high-availability/replica-reads.ts'
import type { Slice } from '#shared/http/schemas/pagination.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { createReadCache } from '#shared/lib/read-cache.ts'
import { ENTRY_BYTES, textBytes } from '#shared/lib/sized-cache.ts'

/** What anybody may read, without an account: events without their links, and who leads them (decision 0055). */
export type Programme = {
  /** Returns the event, whatever its status; undefined when there is none. */
  event(id: number): Promise<(Pick<CachedEvent, 'revision'> & { event: PublicEvent }) | undefined>
  /** Returns those who lead events at present. */
  facilitators(slice: Slice): Promise<{ facilitators: Facilitator[]; total: number }>
  /** Returns undefined for somebody who no longer leads events, too. */
  facilitator(id: number): Promise<Facilitator | undefined>
}

type ProgrammeDeps = {
  clock: Clock
  databases: { reads: Reads<Database> }
  caches: { events: EventCache }
}

/** As old as cached events may be (decision 0009). */
const FRESH_MS = 1_000
const KEPT_MAX_BYTES = 2 * 1024 * 1024

export function createProgramme({ clock, databases, caches }: ProgrammeDeps): Programme {
  const bounds = { maxBytes: KEPT_MAX_BYTES, freshMs: FRESH_MS }
  const pages = createReadCache<{ facilitators: Facilitator[]; total: number }>(clock, {
    ...bounds,
    bytesOf: ({ facilitators }) => facilitators.reduce((sum, each) => sum + bytesOf(each), 0),
  })
  const single = createReadCache<Facilitator | undefined>(clock, {
    ...bounds,
    bytesOf: (facilitator) => (facilitator ? bytesOf(facilitator) : 0),
  })
  return {
    async event(id) {
      const found = await caches.events.event(id)
      return found && { revision: found.revision, event: toPublicEvent(found.event) }
    },
    facilitators: (slice) =>
      pages.read(`${slice.limit} ${slice.offset}`, () =>
        databases.reads((db) => facilitatorStore.list(db, { withFormer: false }, slice)),
      ),
    facilitator: (id) =>
      single.read(`${id}`, () => databases.reads((db) => facilitatorStore.findActive(db, id))),
  }
}

const bytesOf = ({ name, bio, specialization }: Facilitator) =>
  textBytes(`${name}${name}${bio ?? ''}${specialization ?? ''}`) + ENTRY_BYTES
