import { type RawBuilder, sql } from 'kysely'
import type { OutboxTopic } from '#booking/database/outbox.table.ts'
import { type Cause, currentCause } from '#shared/telemetry/request-context.ts'

type Messages = {
  topic: OutboxTopic | RawBuilder<unknown>
  booking_id: RawBuilder<unknown>
  now: Date
  /** When the relay may claim it: now, or at the end of the writer's lease. */
  dueAt: Date
  /** Default: the request that this statement runs for. */
  cause?: { [K in keyof Cause]: RawBuilder<unknown> }
  /** The `from` clause: one message is inserted per row. */
  source: RawBuilder<unknown>
}

/** Returns an `insert into outbox` for use as a CTE of the statement that changes the bookings; its rows: `id`, `booking_id`. */
export function insertMessages({ topic, booking_id, now, dueAt, cause, source }: Messages) {
  const { request_id, trace_parent } = cause ?? currentCause()
  return sql`insert into outbox (topic, booking_id, created_at, next_attempt_at, request_id, trace_parent)
    select ${typeof topic === 'string' ? sql.lit(topic) : topic}, ${booking_id}, ${now}, ${dueAt},
      ${request_id}::text, ${trace_parent}::text
    from ${source} returning id, booking_id`
}
