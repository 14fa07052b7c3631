import { setTimeout as sleep } from 'node:timers/promises'
import { thousands } from '#harness/load/figures.ts'
import { createClient } from '#harness/load/load.ts'
import { CRM_TOKEN, type MainPlace, queryMain, type World } from '#harness/world/world.ts'
import type { History } from './history.ts'

/** What the database holds against what people were told. Everything but the first two should be 0. */
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

/** What the CRM holds against the Main database. Everything but the first should be 0. */
export type CrmAudit = {
  known: number
  missing: number
  strange: number
  duplicate: number
  wrongStatus: number
}

type BookingRow = { id: number; user_id: number; event_id: number; status: string }
type EventCount = { id: number; max_participants: number; current_participants: number; booked: number }

export async function auditMain(world: MainPlace, history: History): Promise<Audit> {
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
  return {
    acknowledged: acknowledged.length,
    stored: rows.length,
    lost: acknowledged.filter(({ bookingId }) => isLost(bookingId)).length,
    invented: rows.filter(({ user_id, event_id }) => !attempted.has(`${user_id} ${event_id}`)).length,
    doubled: active.length - new Set(active.map(({ user_id, event_id }) => `${user_id} ${event_id}`)).size,
    uncancelled: active.filter(({ id, event_id }) => bookings.told.has(id) || ofEvents.told.has(event_id))
      .length,
    oversold: events.reduce((sum, event) => sum + Math.max(0, event.booked - event.max_participants), 0),
    drifted: events.filter(({ booked, current_participants }) => booked !== current_participants).length,
  }
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
export async function countDrifted(world: MainPlace): Promise<number> {
  const events = await queryMain<EventCount>(world, EVENT_COUNTS)
  return events.filter(({ booked, current_participants }) => booked !== current_participants).length
}

export const isFaultless = ({ lost, invented, doubled, uncancelled, oversold, drifted }: Audit): boolean =>
  lost + invented + doubled + uncancelled + oversold + drifted === 0

export function describeAudit(audit: Audit): string {
  const { acknowledged, lost, invented, doubled, uncancelled, oversold, drifted } = audit
  const faults = { invented, doubled, uncancelled, oversold, drifted }
  const found = Object.entries(faults).flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : []))
  return [`${thousands(acknowledged)} acknowledged`, `lost ${lost}`, ...found].join(', ')
}

export async function auditCrm(world: MainPlace & Pick<World, 'crm'>): Promise<CrmAudit> {
  const wanted = await listBookings(world)
  const received = await listNotifications(world.crm.url)
  const statuses = new Map(received.map(({ booking_id, status }) => [booking_id, status]))
  const ids = new Set(wanted.map(({ id }) => id))
  const isWrong = ({ id, status }: BookingRow) =>
    statuses.has(id) && (statuses.get(id) === 'cancelled') !== (status === 'CANCELLED')
  return {
    known: received.length,
    missing: wanted.filter(({ id }) => !statuses.has(id)).length,
    strange: received.filter(({ booking_id }) => !ids.has(booking_id)).length,
    duplicate: received.length - statuses.size,
    wrongStatus: wanted.filter(isWrong).length,
  }
}

export const isInAgreement = ({ missing, strange, duplicate, wrongStatus }: CrmAudit): boolean =>
  missing + strange + duplicate + wrongStatus === 0

export function describeCrm({ known, missing, strange, duplicate, wrongStatus }: CrmAudit): string {
  const rare = { strange, 'wrong status': wrongStatus }
  const found = Object.entries(rare).flatMap(([name, count]) => (count > 0 ? [`${name} ${count}`] : []))
  return [`CRM has ${thousands(known)}`, `missing ${missing}`, `twice ${duplicate}`, ...found].join(', ')
}

/** Waits until both agree, and no longer than `maxMs`. Returns the last look and how long it took. */
export async function untilCrmAgrees(
  world: MainPlace & Pick<World, 'crm'>,
  maxMs: number,
): Promise<{ crm: CrmAudit; ms: number }> {
  const beganAt = performance.now()
  for (;;) {
    const crm = await auditCrm(world)
    const ms = performance.now() - beganAt
    if (isInAgreement(crm) || ms > maxMs) return { crm, ms }
    await sleep(Math.min(1_000, 100 + ms / 10))
  }
}

/**
 * Both at the end of a proof: the CRM when it agrees, at latest after `crmMaxMs`, and then the Main database against what
 * people were told. `ms` is how long the CRM took.
 */
export async function auditAll(world: MainPlace & Pick<World, 'crm'>, history: History, crmMaxMs = 60_000) {
  const { crm, ms } = await untilCrmAgrees(world, crmMaxMs)
  const audit = await auditMain(world, history)
  return {
    isSound: isFaultless(audit) && isInAgreement(crm),
    acknowledged: audit.acknowledged,
    ms,
    words: `${describeAudit(audit)}; ${describeCrm(crm)}`,
  }
}

function listBookings(world: MainPlace): Promise<BookingRow[]> {
  return queryMain<BookingRow>(world, 'select id, user_id, event_id, status from bookings')
}

const EVENT_COUNTS = `
  select events.id, max_participants, current_participants, count(bookings.id)::int as booked
  from events left join bookings on bookings.event_id = events.id and bookings.status <> 'CANCELLED'
  group by events.id`

/** Page by page over HTTP, as a member of the staff would see it. */
async function listNotifications(crm: string): Promise<{ booking_id: number; status: string }[]> {
  const client = createClient({ connections: 4 })
  const read = async (page: number) => {
    const { status, body } = await client.call('GET', `${crm}/api/bookings?per_page=100&page=${page}`, {
      token: CRM_TOKEN,
    })
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
