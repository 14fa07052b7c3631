import Type, { type Static } from 'typebox'
import { EVENT_TYPES } from '#booking/events/event.schema.ts'
import { CRM_STATUSES, CrmDashboard } from '#shared/contracts/crm-bookings.schema.ts'
import { PageQuery } from '#shared/http/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas.ts'
import { FormatQuery } from '#shared/http/send-csv.ts'

export const UpcomingEvent = Type.Object(
  {
    id: Id,
    title: Type.String(),
    event_type: Type.Enum([...EVENT_TYPES]),
    start_datetime: WireTime,
    end_datetime: WireTime,
    timezone: Type.String(),
    max_participants: Type.Integer(),
    current_participants: Type.Integer(),
    fill_rate: Type.Number({ description: 'Of 0 to 1: which part of the seats is taken.' }),
    waiting: Type.Integer({ description: 'How many are on the waiting list.' }),
  },
  { title: 'UpcomingEvent' },
)
export type UpcomingEvent = Static<typeof UpcomingEvent>

/** What the CRM says, beside what only the Main API knows. */
export const FacilitatorDashboard = Type.Object(
  {
    ...CrmDashboard.properties,
    upcoming: Type.Array(UpcomingEvent, { description: 'The next ten.' }),
  },
  { title: 'FacilitatorDashboard' },
)
export type FacilitatorDashboard = Static<typeof FacilitatorDashboard>

const Bound = (description: string) => Type.Optional(Type.String({ maxLength: 40, description }))

export const CrmBookingsQuery = Type.Object({
  ...PageQuery,
  event_type: Type.Optional(Type.String({ description: '`session` or `retreat`, in any case.' })),
  status: Type.Optional(
    Type.String({ maxLength: 100, description: 'Booking status, say `received` or `cancelled`.' }),
  ),
  crm_status: Type.Optional(Type.String({ description: `\`${CRM_STATUSES.join('`, `')}\`, in any case.` })),
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Part of the customer’s name or e-mail address, or of the event’s title, in any case.',
    }),
  ),
  from: Bound('Received on this day (`YYYY-MM-DD`) or at this time (`YYYY-MM-DDTHH:MM:SS`), or later.'),
  to: Bound('Received on this day or at this time, or earlier.'),
  ...FormatQuery,
})
export type CrmBookingsQuery = Static<typeof CrmBookingsQuery>

export const CrmBookingParams = Type.Object({ id: Id, booking_id: Id })
export type CrmBookingParams = Static<typeof CrmBookingParams>

export const CrmHistoryQuery = Type.Object(PageQuery)
export type CrmHistoryQuery = Static<typeof CrmHistoryQuery>

export const UpdateCrmStatus = Type.Object({
  crm_status: Type.String({ description: `\`${CRM_STATUSES.join('`, `')}\`, in any case.` }),
  notes: Type.Optional(Nullable(Type.String({ maxLength: 5_000 }))),
})
export type UpdateCrmStatus = Static<typeof UpdateCrmStatus>

export const ListeningHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ pattern: '^[\\x21-\\x7e]{1,100}$', description: 'Goes on after this one.' }),
  ),
})
