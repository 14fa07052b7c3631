import Type, { type Static } from 'typebox'
import { BookingPrice } from '#booking/bookings/booking.schema.ts'
import {
  ATTENDANCES,
  type Attendance,
  BOOKING_STATUSES,
  PAYMENT_STATUSES,
} from '#booking/database/booking.table.ts'
import { FormatQuery } from '#shared/http/responses/send-table.ts'
import { PageQuery, Pagination } from '#shared/http/schemas/pagination.ts'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'

const attendance = Type.Unsafe<Attendance | null>({
  type: ['string', 'null'],
  enum: [...ATTENDANCES, null],
  description: 'Null: not marked.',
})

/** A booking as the organiser sees it. */
export const RosterEntry = Type.Object(
  {
    id: Id,
    user: Type.Object({
      id: Id,
      email: Type.String(),
      first_name: Type.String(),
      last_name: Type.String(),
      phone: Nullable(Type.String()),
    }),
    status: Type.Enum([...BOOKING_STATUSES]),
    notes: Nullable(Type.String()),
    payment_status: Type.Enum([...PAYMENT_STATUSES]),
    price: BookingPrice,
    attendance,
    checked_in_at: Nullable(WireTime),
    booking_date: WireTime,
    has_clash: Type.Boolean({
      description: 'The event was moved to the time of another booking of theirs: they may not come.',
    }),
  },
  { title: 'RosterEntry' },
)
export type RosterEntry = Static<typeof RosterEntry>

export const RosterQuery = Type.Object({
  ...PageQuery,
  status: Type.Optional(
    Type.String({ description: '`pending`, `confirmed`, `cancelled` or `completed`, in any case.' }),
  ),
  ...FormatQuery,
})

export const RosterPage = Type.Object({ bookings: Type.Array(RosterEntry), pagination: Pagination })

export const BookingOfEventParams = Type.Object({ id: Id, booking_id: Id })

export const MarkAttendance = Type.Object({ attendance })
export type MarkAttendance = Static<typeof MarkAttendance>

export const MarkPayment = Type.Object({ payment_status: Type.Enum([...PAYMENT_STATUSES]) })
export type MarkPayment = Static<typeof MarkPayment>

export const BookingMarked = Type.Object({ message: Type.String(), booking: RosterEntry })
