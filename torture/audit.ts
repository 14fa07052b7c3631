import { setTimeout as sleep } from 'node:timers/promises'
import { thousands } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import { type MainPlace, queryMain } from '#harness/world/main-database.ts'
import { CRM_TOKEN, type World } from '#harness/world/world.ts'
import type { History } from './history.ts'

/** What the database holds against what people were told; sound when all but the first two are 0. */
export type Audit = {
  acknowledged: number
  stored: number
  /** Promised, and not there (or cancelled without anybody asking). */
  lost: number
  /** There, and nobody ever tried to book it. */
  invented: number
  /** A person holding one event twice. */
  doubled: number
  /** Acknowledged as cancelled, and still holding a seat. */
  uncancelled: number
  /** Seats given beyond the capacity, over all events. */
  oversold: number
  /** Events whose counter is not the number of their bookings. */
  drifted: number
}

type Judged<T> = T & { isSound: boolean; words: string }
type Place = MainPlace & Pick<World, 'crm'>
type BookingRow = { id: number; user_id: number; event_id: number; status: string }
type EventCount = { id: number; max_participants: number; current_participants: number; booked: number }

export async function auditMain(world: MainPlace, history: History): Promise<Judged<Audit>> {
  const rows = await listBookings(world)
  const events = await queryMain<EventCount>(world, EVENT_COUNTS)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const active = rows.filter(({ status }) => status !== 'CANCELLED')
  const attempted = new Set(history.attempts.map(({ person, eventId }) => `${person.id} ${eventId}`))
  const bookings = readOutcomes(history.cancellations.map(({ bookingId, answer }) => [bookingId, answer]))
  const ofEvents = readOutcomes(history.eventCancellations.map(({ eventId, answer }) => [eventId, answer]))
  const acknowledged = history.acknowledged()
  const isLost = (bookingId: number | undefined) => {
    const row = byId.get(bookingId ?? 0)
    if (row?.status !== 'CANCELLED') return row === undefined
    return !bookings.tried.has(row.id) && !ofEvents.tried.has(row.event_id)
  }
  const faults = {
    lost: acknowledged.filter(({ bookingId }) => isLost(bookingId)).length,
    invented: rows.filter(({ user_id, event_id }) => !attempted.has(`${user_id} ${event_id}`)).length,
    doubled: active.length - new Set(active.map(({ user_id, event_id }) => `${user_id} ${event_id}`)).size,
    uncancelled: active.filter(({ id, event_id }) => bookings.told.has(id) || ofEvents.told.has(event_id))
      .length,
    oversold: events.reduce((sum, event) => sum + Math.max(0, event.booked - event.max_participants), 0),
    drifted: events.filter(hasDrifted).length,
  }
  const totals = { acknowledged: acknowledged.length, stored: rows.length }
  return { ...totals, ...judge(`${thousands(acknowledged.length)} acknowledged`, faults, ['lost']) }
}

/** What of all that somebody wanted to cancel may be cancelled, and what they were told is. */
function readOutcomes(asked: [id: number, answer: { status: number }][]) {
  const idsWhere = (matches: (status: number) => boolean) =>
    new Set(asked.filter(([, { status }]) => matches(status)).map(([id]) => id))
  return {
    tried: idsWhere((status) => status < 400 || status >= 500),
    told: idsWhere((status) => status === 200),
  }
}

/** How many events there are at this moment whose counter is not the number of their bookings. */
export const countDrifted = async (world: MainPlace): Promise<number> =>
  (await queryMain<EventCount>(world, EVENT_COUNTS)).filter(hasDrifted).length

const hasDrifted = ({ booked, current_participants }: EventCount) => booked !== current_participants

/** What the CRM holds against the Main database, at this moment. */
async function auditCrm(world: Place) {
  const wanted = await listBookings(world)
  const received = await listNotifications(world.crm.url)
  const statuses = new Map(received.map(({ booking_id, status }) => [booking_id, status]))
  const ids = new Set(wanted.map(({ id }) => id))
  const faults = {
    missing: wanted.filter(({ id }) => !statuses.has(id)).length,
    twice: received.length - statuses.size,
    strange: received.filter(({ booking_id }) => !ids.has(booking_id)).length,
    'wrong status': wanted.filter(
      ({ id, status }) => statuses.has(id) && (statuses.get(id) === 'cancelled') !== (status === 'CANCELLED'),
    ).length,
  }
  const known = received.length
  return { known, ...judge(`CRM has ${thousands(known)}`, faults, ['missing', 'twice']) }
}

/** The faults in words behind the total: some always, the others when there are any. */
function judge<T extends Record<string, number>>(total: string, faults: T, always: (keyof T)[]): Judged<T> {
  const told = Object.entries(faults).filter(([name, count]) => count > 0 || always.includes(name))
  const words = [total, ...told.map(([name, count]) => `${name} ${count}`)].join(', ')
  return { ...faults, words, isSound: Object.values(faults).every((count) => count === 0) }
}

/** Waits until the CRM agrees, and no longer than `maxMs`. Returns the last look and how long it took. */
export async function untilCrmAgrees(world: Place, maxMs = 60_000) {
  const beganAt = performance.now()
  for (;;) {
    const crm = await auditCrm(world)
    const ms = performance.now() - beganAt
    if (crm.isSound || ms > maxMs) return { ...crm, ms }
    await sleep(Math.min(1_000, 100 + ms / 10))
  }
}

/**
 * Both at the end of a proof: the CRM when it agrees, at latest after `crmMaxMs`, and then the Main database against what
 * people were told. `ms` is how long the CRM took.
 */
export async function auditAll(world: Place, history: History, crmMaxMs?: number) {
  const crm = await untilCrmAgrees(world, crmMaxMs)
  const audit = await auditMain(world, history)
  return {
    isSound: audit.isSound && crm.isSound,
    acknowledged: audit.acknowledged,
    ms: crm.ms,
    words: `${audit.words}; ${crm.words}`,
  }
}

const listBookings = (world: MainPlace): Promise<BookingRow[]> =>
  queryMain<BookingRow>(world, 'select id, user_id, event_id, status from bookings')

const EVENT_COUNTS = `
  select events.id, max_participants, current_participants, count(bookings.id)::int as booked
  from events left join bookings on bookings.event_id = events.id and bookings.status <> 'CANCELLED'
  group by events.id`

/** Page by page over HTTP, as a member of the staff would see it. */
async function listNotifications(crm: string): Promise<{ booking_id: number; status: string }[]> {
  const client = createClient({ connections: 4 })
  const read = async (page: number) => {
    const url = `${crm}/api/bookings?per_page=100&page=${page}`
    const { status, body } = await client.call('GET', url, { token: CRM_TOKEN })
    if (status !== 200 || !body.bookings) throw new Error(`The CRM answers ${status} when asked what it has`)
    return { notifications: body.bookings, pages: body.pagination?.pages ?? 0 }
  }
  try {
    const first = await read(1)
    const all = [...first.notifications]
    for (let page = 2; page <= first.pages; page++) all.push(...(await read(page)).notifications)
    return all
  } finally {
    client.close()
  }
}
