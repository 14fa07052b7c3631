import type { Db } from '#booking/database/database.ts'
import { isDatabaseAway } from '#shared/db/database-errors.ts'
import { createBatcher } from '#shared/jobs/batcher.ts'
import type { Event } from './event.schema.ts'
import * as onlineLinkStore from './online-link.store.ts'

/** Online links by the id of their event. */
export type Links = ReadonlyMap<number, string>

/** Reads the online links that a person may have. Events and their caches do without (decision 0055). */
export type OnlineLinks = {
  /**
   * Returns the links of those events that the person may have. None while the database is unavailable, so that what is
   * cached can still be read.
   */
  find(person: Person, event_ids: number[]): Promise<Links>
}

type Person = { id: number; is_admin: boolean }

const NONE: Links = new Map()
/** Events whose links one statement reads. */
const BATCH_MAX = 500
const WAITING_MAX = 20_000

export function createOnlineLinks(db: Db): OnlineLinks {
  // Concurrent requests are read by one statement.
  const reader = createBatcher<onlineLinkStore.Asked[], Links>({
    name: 'read online links',
    batchMax: BATCH_MAX,
    weigh: (asked) => asked.length,
    concurrency: 2,
    waitingMax: WAITING_MAX,
    async run(batch) {
      const found = await onlineLinkStore.listFor(db, batch.flat())
      const byPerson = Map.groupBy(found, ({ user_id }) => user_id)
      return batch.map(([first]) => {
        const own = byPerson.get(first?.user_id ?? 0) ?? []
        return new Map(own.map(({ event_id, virtual_link }) => [event_id, virtual_link]))
      })
    },
  })
  return {
    async find({ id: user_id, is_admin }, event_ids) {
      if (event_ids.length === 0) return NONE
      try {
        return await reader.add(event_ids.map((event_id) => ({ user_id, is_admin, event_id })))
      } catch (error) {
        if (isDatabaseAway(error)) return NONE
        throw error
      }
    },
  }
}

/** Returns the event, with its link if that is among them. */
export function withLink(event: Event, links: Links): Event {
  const virtual_link = links.get(event.id)
  return virtual_link === undefined ? event : { ...event, virtual_link }
}
