import Type, { type Static } from 'typebox'
import { Id, Nullable, WireTime } from '#shared/http/schemas/schemas.ts'

export const CRM_STATUSES = ['new', 'reviewed', 'contacted', 'confirmed', 'completed'] as const
export type CrmStatus = (typeof CRM_STATUSES)[number]

export const Notification = Type.Object(
  {
    id: Id,
    booking_id: Id,
    user: Type.Object({
      id: Id,
      email: Type.String(),
      name: Type.String(),
      phone: Nullable(Type.String()),
    }),
    event: Type.Object({ id: Id, title: Type.String(), type: Type.String() }),
    facilitator_id: Id,
    received_at: WireTime,
    status: Type.String({ description: '`received`, or `cancelled` once the booking was cancelled.' }),
    crm_status: Type.Enum([...CRM_STATUSES]),
  },
  { title: 'Notification' },
)
export type Notification = Static<typeof Notification>

export const OneNotification = Type.Object({ booking: Notification })

export const AnyCrmStatus = Type.String({
  description: '`new`, `reviewed`, `contacted`, `confirmed` or `completed`, in any case.',
})

/** Status filters of every list of notifications. */
export const StatusFilters = {
  status: Type.Optional(
    Type.String({ maxLength: 100, description: 'Booking status, say `received` or `cancelled`.' }),
  ),
  crm_status: Type.Optional(AnyCrmStatus),
}

/** Filters by text and by the time of receipt. */
export const SearchFilters = {
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Words to find, in any order, in the customer’s name, e-mail address or phone number, or in the event’s title, ignoring case, accents and apostrophes. Words of one or two letters are found at the beginning of a word; when there are no others, in the newest 5,000.',
    }),
  ),
  from: Type.Optional(
    Type.String({
      maxLength: 40,
      description: 'Received on this day (`YYYY-MM-DD`) or at this time (`YYYY-MM-DDTHH:MM:SS`), or later.',
    }),
  ),
  to: Type.Optional(
    Type.String({ maxLength: 40, description: 'Received on this day or at this time, or earlier.' }),
  ),
}
