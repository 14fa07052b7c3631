import { sql } from 'kysely'
import type { Db } from '#booking/database/database.ts'
import type { EventType } from '#booking/database/event.table.ts'
import { toWireTime } from '#shared/lib/wire-time.ts'
import type { UpcomingEvent } from './crm-access.schema.ts'

type Row = {
  id: number
  title: string
  event_type: EventType
  start_datetime: Date
  end_datetime: Date
  timezone: string
  location: string | null
  max_participants: number
  current_participants: number
  waiting: number
}

/** The facilitator's events that are not over, the next one first. */
export async function list(
  db: Db,
  facilitator_id: number,
  now: Date,
  limit: number,
): Promise<UpcomingEvent[]> {
  const { rows } = await sql<Row>`
    select id, title, event_type, start_datetime, end_datetime, timezone, location,
           max_participants, current_participants,
           (select count(*) from waitlist_entries where event_id = events.id and status = 'waiting') as waiting
    from events where facilitator_id = ${facilitator_id} and status = 'ACTIVE' and end_datetime > ${now}
    order by start_datetime, id limit ${limit}`.execute(db)
  return rows.map(({ start_datetime, end_datetime, ...row }) => ({
    ...row,
    start_datetime: toWireTime(start_datetime),
    end_datetime: toWireTime(end_datetime),
    fill_rate: Math.round((row.current_participants / row.max_participants) * 100) / 100,
  }))
}
