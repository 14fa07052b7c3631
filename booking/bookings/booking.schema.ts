import Type, { type Static } from 'typebox'
import { BOOKING_STATUSES, PAYMENT_STATUSES } from '#booking/database/booking.table.ts'
import { EVENT_TYPES } from '#booking/database/event.table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'
import { Lines } from '#shared/http/schemas/text-schemas.ts'

export type { Attendance, PaymentStatus } from '#booking/database/booking.table.ts'

export const BookingPrice = Type.Number({
  description:
    'What the booking costs: what the event cost when it was booked, or costs now if that is less. Once it is paid, what it cost then.',
})

export const Booking = Type.Object(
  {
    id: Id,
    user: Type.Object({ id: Id, email: Type.String(), first_name: Type.String(), last_name: Type.String() }),
    event: Type.Object({
      id: Id,
      title: Type.String(),
      event_type: Type.Enum([...EVENT_TYPES]),
      start_datetime: WireTime,
    }),
    booking_date: WireTime,
    status: Type.Enum([...BOOKING_STATUSES]),
    notes: Nullable(Type.String()),
    payment_status: Type.Enum([...PAYMENT_STATUSES]),
    price: BookingPrice,
    created_at: WireTime,
    cancellable_until: Nullable(
      Type.String({
        ...WireTime,
        description: 'Until when the attendee can cancel it. Null when they no longer can.',
      }),
    ),
    has_clash: Type.Optional(
      Type.Boolean({
        description:
          'Present, and true, when the event was moved to the time of another booking of the user.',
      }),
    ),
    cancelled_by_studio: Type.Optional(
      Type.Boolean({
        description:
          'Present, and true, when the booking was not cancelled by its attendee, but by the studio or with its event.',
      }),
    ),
    cancellation_reason: Type.Optional(
      Type.String({ description: 'Present when the studio has cancelled the booking and said why.' }),
    ),
  },
  { title: 'Booking' },
)
export type Booking = Static<typeof Booking>

export const CreateBooking = Type.Object({
  event_id: Id,
  notes: Type.Optional(Nullable(Lines({ maxLength: 2_000 }))),
})
export type CreateBooking = Static<typeof CreateBooking>

export const EditBooking = Type.Object({
  notes: Nullable(
    Lines({
      maxLength: 2_000,
      description: 'For the facilitator. null clears it. The CRM keeps the note that came with the booking.',
    }),
  ),
})
export type EditBooking = Static<typeof EditBooking>

export const BookingCreated = Type.Object({
  message: Type.String(),
  booking: Booking,
  crm_notified: Type.Boolean({
    description:
      'True: the CRM has acknowledged this booking. False: it is safely queued and will be delivered.',
  }),
})

export const BookingQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(
    Type.String({ description: '`pending`, `confirmed`, `cancelled` or `completed`, in any case.' }),
  ),
  upcoming: Type.Optional(
    Type.String({
      description: '`true`: only events that are not over, the next one first.',
      default: 'false',
    }),
  ),
  past: Type.Optional(
    Type.String({ description: '`true`: only events that are over, the latest first.', default: 'false' }),
  ),
  event_id: Type.Optional(
    Type.Integer({ ...Id, description: 'Only bookings of this event, the newest first.' }),
  ),
})

export const BookingPage = Type.Object({ bookings: Type.Array(Booking), pagination: Pagination })
export const OneBooking = Type.Object({ booking: Booking })
export const BookingUpdated = Type.Object({ message: Type.String(), booking: Booking })
export const BookingCancelled = Type.Object({
  message: Type.String(),
  booking: Type.Object({ id: Id, status: Type.Enum([...BOOKING_STATUSES]), updated_at: WireTime }),
})
export type CancelledBooking = Static<typeof BookingCancelled>['booking']
