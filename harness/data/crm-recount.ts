import { sql } from 'kysely'
import type { Db } from '#crm/database/database.ts'

/** Everything in which the figures that the CRM keeps differ from its notifications, counted one by one. Nothing is right. */
export async function statisticsFaults(db: Db): Promise<string[]> {
  const faults: string[] = []
  for (const [name, { kept, counted }] of Object.entries(FIGURES)) {
    const { rows } = await sql<{ row: string; side: string }>`
      with kept as (${sql.raw(kept)}), counted as (${sql.raw(counted)})
      select 'kept' as side, each::text as row from (select * from kept except all select * from counted) each
      union all
      select 'counted', each::text from (select * from counted except all select * from kept) each
    `.execute(db)
    faults.push(...rows.map(({ side, row }) => `${name} ${side} ${row}`))
  }
  return faults
}

const SESSIONS = `count(*) filter (where lower(event_type) = 'session')`
const RETREATS = `count(*) filter (where lower(event_type) = 'retreat')`

const FIGURES: Record<string, { kept: string; counted: string }> = {
  facilitator_statistics: {
    kept: `select facilitator_id, bookings, sessions, retreats, unique_users, unique_events
           from facilitator_statistics where bookings > 0`,
    counted: `select facilitator_id, count(*), ${SESSIONS}, ${RETREATS}, count(distinct user_id), count(distinct event_id)
              from notifications group by facilitator_id`,
  },
  facilitator_users: {
    kept: 'select facilitator_id, user_id from facilitator_users',
    counted: 'select distinct facilitator_id, user_id from notifications',
  },
  facilitator_events: {
    kept: 'select facilitator_id, event_id, bookings, last_id from facilitator_events',
    counted:
      'select facilitator_id, event_id, count(*), max(id) from notifications group by facilitator_id, event_id',
  },
  facilitator_days: {
    kept: `select facilitator_id, day, bookings, sessions, retreats from facilitator_days where bookings > 0`,
    counted: `select facilitator_id, (received_at at time zone 'UTC')::date, count(*), ${SESSIONS}, ${RETREATS}
              from notifications group by 1, 2`,
  },
  cancellations: {
    kept: 'select facilitator_id, day, cancellations from facilitator_days where cancellations <> 0',
    counted: `select facilitator_id, (coalesce(cancelled_at, received_at) at time zone 'UTC')::date, count(*)
              from notifications where status = 'cancelled' group by 1, 2`,
  },
  notification_counts: {
    kept: `select facilitator_id, event_type, status, crm_status, notifications
           from notification_counts where notifications <> 0`,
    counted: `select facilitator_id, lower(event_type), lower(status), crm_status, count(*) from notifications group by 1, 2, 3, 4
              union all select 0, lower(event_type), lower(status), crm_status, count(*) from notifications group by 2, 3, 4`,
  },
  totals: {
    kept: 'select coalesce(sum(notifications), 0), coalesce(sum(facilitators), 0), coalesce(sum(events), 0) from totals',
    counted: 'select count(*), count(distinct facilitator_id), count(distinct event_id) from notifications',
  },
}
