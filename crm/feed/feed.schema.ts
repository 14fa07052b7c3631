import Type, { type Static } from 'typebox'
import type { FeedEventName } from '#crm/database/feed.table.ts'
import { Notification } from '#shared/contracts/crm-notification.schema.ts'
import { CrmStatusChange } from '#shared/contracts/crm-status-change.schema.ts'
import { WireTime } from '#shared/http/schemas/schemas.ts'

/** The data of an event: the booking in its state at the time of sending. */
const FeedEventData = Type.Object({
  booking: Notification,
  happened_at: WireTime,
  /** Only in `booking.status_changed`. */
  change: Type.Optional(CrmStatusChange),
})
export type FeedEventData = Static<typeof FeedEventData>

export type FeedEvent = { position: number; name: FeedEventName; data: FeedEventData | undefined }

const description = 'The id of the last event that was heard: the stream goes on behind it.'

export const StreamHeaders = Type.Object({
  'last-event-id': Type.Optional(Type.String({ maxLength: 100, description })),
})

export const StreamQuery = Type.Object({
  last_event_id: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })),
})

export const STREAM_DESCRIPTION = `
Server-sent events, as they happen: \`booking.received\`, \`booking.cancelled\` and \`booking.status_changed\`. Their data is
\`{"booking": …, "happened_at": …}\`, with the booking as \`GET /api/bookings/{id}\` shows it, and for a change of status
\`"change"\` as in its history. A client that was cut off and comes back with the id of the last event it heard (the header
\`Last-Event-ID\`, which browsers send by themselves, or \`last_event_id\`) hears what it missed, once. Events are kept for two
days: after a longer pause \`stream.reset\` says that the lists have to be read anew.`
