import { type RawBuilder, sql } from 'kysely'
import type { OutboxTopic } from '#booking/database/outbox.table.ts'
import { type Cause, currentCause } from '#shared/telemetry/request-context.ts'

type Messages = {
  topic: OutboxTopic | RawBuilder<unknown>
  booking_id: RawBuilder<unknown>
  now: Date
  /** When the relay may claim it: now, or when the lease of the writer ends. */
  dueAt: Date
  /** Left out: the request that this statement runs for. */
  cause?: { [K in keyof Cause]: RawBuilder<unknown> }
  /** What stands behind `from`: one message for each of its rows. */
  source: RawBuilder<unknown>
}

/** For a statement that changes many bookings: adds their messages to the outbox. Returns `id` and `booking_id`. */
export function insertMessages({ topic, booking_id, now, dueAt, cause, source }: Messages) {
  const { request_id, trace_parent } = cause ?? currentCause()
  return sql`insert into outbox (topic, booking_id, created_at, next_attempt_at, request_id, trace_parent)
    select ${typeof topic === 'string' ? sql.lit(topic) : topic}, ${booking_id}, ${now}, ${dueAt},
      ${request_id}::text, ${trace_parent}::text
    from ${source} returning id, booking_id`
}
