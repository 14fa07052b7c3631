import { type RawBuilder, sql } from 'kysely'

/** How many upcoming bookings and waiting list entries an account may have; fewer while its address is unproven. */
export type AheadMax = { proven: number; unproven: number }

type Callers = {
  user_ids: RawBuilder<unknown>
  session_ids: RawBuilder<unknown>
  now: Date
  aheadMax: AheadMax | undefined
}

/**
 * Returns a `from` item with a row `person` per user, for the statement that serves their requests. It locks the accounts,
 * so that they cannot be closed and their sessions cannot be ended before the commit; with a limit it also locks their
 * number of upcoming bookings (decision 0045; `booking/migrations/functions/admit_people.sql`).
 */
export function lockCallers({ user_ids, session_ids, now, aheadMax }: Callers): RawBuilder<unknown> {
  return sql`admit_people(${user_ids}, ${session_ids}, ${now}, ${aheadMax !== undefined}::boolean)`
}

/** Condition on a `request` and its `person`: whether the session of the request is still valid. */
export const isAdmitted = sql<boolean>`coalesce(
  person.is_active and person.session_version = request.session_version and request.session_id <> all(person.ended),
  false
)`

/** Expression: how many upcoming bookings a `person` may have. */
export function aheadLimit(aheadMax: AheadMax | undefined): RawBuilder<unknown> {
  const { proven, unproven } = aheadMax ?? { proven: NO_LIMIT, unproven: NO_LIMIT }
  return sql`(case when person.email_proven then ${proven}::integer else ${unproven}::integer end)`
}

const NO_LIMIT = 2 ** 31 - 1
