import Type, { type Static } from 'typebox'
import { EVENT_TYPES } from '#booking/database/event.table.ts'
import { Dashboard } from '#shared/contracts/crm-facilitator.schema.ts'
import { UpdateCrmStatus as UpdateCrmStatusThere } from '#shared/contracts/crm-status-change.schema.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'

export const UpcomingEvent = Type.Object(
  {
    id: Id,
    title: Type.String(),
    event_type: Type.Enum([...EVENT_TYPES]),
    start_datetime: WireTime,
    end_datetime: WireTime,
    timezone: Type.String(),
    location: Nullable(Type.String()),
    max_participants: Type.Integer(),
    current_participants: Type.Integer(),
    fill_rate: Type.Number({ description: 'Of 0 to 1: which part of the seats is taken.' }),
    waiting: Type.Integer({ description: 'How many are on the waiting list.' }),
  },
  { title: 'UpcomingEvent' },
)
export type UpcomingEvent = Static<typeof UpcomingEvent>

const { sessions_vs_retreats, daily } = Dashboard.properties.booking_trends.properties

/** The dashboard of the contract; `daily` is an extension of our CRM. */
export const AnyDashboard = Type.Object({
  ...Dashboard.properties,
  booking_trends: Type.Object({ sessions_vs_retreats, daily: Type.Optional(daily) }),
})

/** The CRM's dashboard and the upcoming events, which only the Main API knows. */
export const FacilitatorDashboard = Type.Object(
  {
    ...AnyDashboard.properties,
    upcoming: Type.Array(UpcomingEvent, { description: 'The next ten.' }),
  },
  { title: 'FacilitatorDashboard' },
)
export type FacilitatorDashboard = Static<typeof FacilitatorDashboard>

export const CrmBookingParams = Type.Object({ id: Id, booking_id: Id })
export type CrmBookingParams = Static<typeof CrmBookingParams>

/** Without the author, who is the caller. */
export const UpdateCrmStatus = Type.Omit(UpdateCrmStatusThere, ['author'])
export type UpdateCrmStatus = Static<typeof UpdateCrmStatus>

export const ListeningHeaders = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ pattern: '^[\\x21-\\x7e]{1,100}$', description: 'Goes on after this one.' }),
  ),
})
