import { sql } from 'kysely'
import { insertEntries } from '#booking/audit-log/audit-log.sql.ts'
import { asBooked, isBusy, refusalsOfEvent } from '#booking/bookings/booking.sql.ts'
import type { JoinRefusal } from '#booking/bookings/refusals.ts'
import type { Db } from '#booking/database/database.ts'
import { type AheadMax, aheadLimit, lockCallers } from '#booking/identity/sessions/admission.sql.ts'

/** A request to wait for a seat. The session must still be valid (decision 0045). */
export type JoinRequest = {
  user_id: number
  session_id: string
  session_version: number
  event_id: number
  notes: string | null
}

export type JoinOutcome =
  | { kind: 'waiting'; position: number; waiting: number; joined_at: Date }
  | { kind: 'refused'; reason: JoinRefusal }

type OutcomeRow = { reason: JoinRefusal | null; position: number; waiting: number }

/**
 * Appends people to waiting lists, in the order of the requests, and returns an outcome for each. The transaction must have
 * locked the events before, so that this statement sees every booking and every entry.
 */
export async function joinWaitlists(
  trx: Db,
  requests: JoinRequest[],
  { now, aheadMax }: { now: Date; aheadMax: AheadMax | undefined },
): Promise<JoinOutcome[]> {
  const { rows } = await sql<OutcomeRow>`
    with person as materialized (
      select * from ${lockCallers({
        user_ids: sql`${requests.map(({ user_id }) => user_id)}::integer[]`,
        session_ids: sql`${requests.map(({ session_id }) => session_id)}::uuid[]`,
        now,
        aheadMax,
      })}
    ),
    request as (
      select *, row_number() over (partition by user_id, event_id order by n) as turn
      from unnest(
        ${requests.map(({ user_id }) => user_id)}::integer[],
        ${requests.map(({ event_id }) => event_id)}::integer[],
        ${requests.map(({ session_id }) => session_id)}::uuid[],
        ${requests.map(({ session_version }) => session_version)}::integer[],
        ${requests.map(({ notes }) => notes)}::text[]
      ) with ordinality as each (user_id, event_id, session_id, session_version, notes, n)
    ),
    judged as (
      select request.*, ${aheadLimit(aheadMax)} - person.ahead as room, case
        ${refusalsOfEvent(now)}
        when exists (
          select from bookings where bookings.user_id = request.user_id and bookings.event_id = event.id
          and bookings.status <> 'CANCELLED'
        ) then 'already_booked'
        when turn > 1 or exists (
          select from waitlist_entries entry where entry.user_id = request.user_id and entry.event_id = event.id
          and entry.status = 'waiting'
        ) then 'already_waiting'
        when ${isBusy(sql`request.user_id`, asBooked('event'))} then 'overlapping'
        when event.current_participants < event.max_participants then 'not_full'
      end as reason
      from request left join events event on event.id = request.event_id
      left join person on person.id = request.user_id
    ),
    evaluated as (
      select user_id, event_id, notes, n, case
        when reason is null and row_number() over (partition by user_id, reason is null order by n) > room
        then 'too_many_ahead' else reason
      end as reason
      from judged
    ),
    joined as (
      insert into waitlist_entries (user_id, event_id, notes, joined_at)
      select user_id, event_id, notes, ${now} from evaluated where reason is null order by n
      returning id, user_id, event_id
    ),
    placed as (
      select user_id, event_id, row_number() over (partition by event_id order by id) as place,
             count(*) over (partition by event_id) as count
      from joined
    ),
    audit_rows as (
      ${insertEntries({
        at: now,
        actor_id: sql`user_id`,
        action: 'waitlist.joined',
        subject: 'event',
        subject_id: sql`event_id`,
        source: sql`joined order by id`,
      })}
    )
    select evaluated.reason, ahead.count + placed.place as position, ahead.count + placed.count as waiting
    from evaluated
    left join placed on evaluated.reason is null
      and placed.user_id = evaluated.user_id and placed.event_id = evaluated.event_id
    left join lateral (
      select count(*) from waitlist_entries entry
      where entry.event_id = evaluated.event_id and entry.status = 'waiting'
    ) ahead on placed.place is not null
    order by evaluated.n`.execute(trx)
  return rows.map(({ reason, position, waiting }) =>
    reason === null ? { kind: 'waiting', position, waiting, joined_at: now } : { kind: 'refused', reason },
  )
}
