import { type RawBuilder, sql } from 'kysely'

/** How many bookings and places in line somebody may have ahead of them; fewer while their address is not proven. */
export type AheadMax = { proven: number; unproven: number }

type Asked = {
  user_ids: RawBuilder<unknown>
  session_ids: RawBuilder<unknown>
  now: Date
  aheadMax: AheadMax | undefined
}

/**
 * Those who ask, for the statement that gives them what they ask for: held, so that their account cannot be closed and
 * their sessions cannot be ended until the transaction is over, and as they are now. With a limit their number of
 * bookings ahead is held too. The function is `booking/migrations/functions/admit_people.sql`.
 */
export function peopleWhoAsk({ user_ids, session_ids, now, aheadMax }: Asked): RawBuilder<unknown> {
  return sql`admit_people(${user_ids}, ${session_ids}, ${now}, ${aheadMax !== undefined}::boolean)`
}

/** Of a `request` and the `person` who asks: whether the session in whose name it is asked goes on. */
export const isAdmitted = sql<boolean>`coalesce(
  person.is_active and person.session_version = request.session_version and request.session_id <> all(person.ended),
  false
)`

/** How many a `person` may have ahead. */
export function aheadLimit(aheadMax: AheadMax | undefined): RawBuilder<unknown> {
  const { proven, unproven } = aheadMax ?? { proven: NO_LIMIT, unproven: NO_LIMIT }
  return sql`(case when person.email_proven then ${proven}::integer else ${unproven}::integer end)`
}

const NO_LIMIT = 2 ** 31 - 1
