import {
  amount,
  count,
  filledText,
  flag,
  id,
  list,
  nullable,
  object,
  oneOf,
  text,
  timestamp,
  upperCaseWord,
  type ValueOf,
} from '../shape.ts'

export type Event = ValueOf<typeof event>
export type Booking = ValueOf<typeof booking>
export type User = ValueOf<typeof user>

export const message = filledText

export const pagination = object({
  page: id,
  pages: count,
  per_page: id,
  total: count,
  has_next: flag,
  has_prev: flag,
})

export const user = object({
  id,
  email: filledText,
  first_name: text,
  last_name: text,
  phone: nullable(text),
  created_at: timestamp,
  is_active: flag,
})

export const userAnswer = object({ user })
export const registration = object({ message, user })
export const login = object({ message, user, access_token: filledText, refresh_token: filledText })
export const refreshed = object({ access_token: filledText })

const eventType = oneOf('SESSION', 'RETREAT')

export const event = object({
  id,
  title: filledText,
  description: nullable(text),
  event_type: eventType,
  facilitator: object({ id, name: text, bio: nullable(text) }),
  start_datetime: timestamp,
  end_datetime: timestamp,
  location: nullable(text),
  virtual_link: nullable(text),
  max_participants: count,
  current_participants: count,
  available_spots: count,
  price: amount,
  status: upperCaseWord,
  requirements: nullable(text),
  is_full: flag,
  created_at: timestamp,
})

export const eventAnswer = object({ event })
export const eventList = object({ events: list(event) })
export const eventPage = object({ events: list(event), pagination })
export const eventTypes = object({ event_types: list(object({ key: text, value: count })) })

export const booking = object({
  id,
  user: object({ id, email: filledText, first_name: text, last_name: text }),
  event: object({ id, title: filledText, event_type: eventType, start_datetime: timestamp }),
  booking_date: timestamp,
  status: upperCaseWord,
  notes: nullable(text),
  payment_status: filledText,
  created_at: timestamp,
})

export const bookingCreated = object({ message, booking, crm_notified: flag })
export const bookingAnswer = object({ booking })
export const bookingPage = object({ bookings: list(booking), pagination })
export const bookingCancelled = object({
  message,
  booking: object({ id, status: oneOf('CANCELLED'), updated_at: timestamp }),
})

// The contract documents no body for the facilitator endpoints. These envelopes follow its other ones.
const someFacilitator = object({ id })
export const facilitatorPage = object({ facilitators: list(someFacilitator), pagination })
export const facilitatorAnswer = object({ facilitator: someFacilitator })
export const facilitatorLogin = object({
  message,
  user,
  facilitator: someFacilitator,
  access_token: filledText,
  refresh_token: filledText,
})

/** Decided by Stillpoint, not by the contract. */
export const facilitator = object({
  id,
  name: filledText,
  first_name: text,
  last_name: text,
  bio: nullable(text),
  specialization: nullable(text),
  experience_years: nullable(count),
  is_active: flag,
})

export const mainHealthAnswer = object({ status: oneOf('healthy'), database: oneOf('connected') })
