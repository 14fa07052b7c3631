import Type, { type Static } from 'typebox'
import { Id, MAX_ID } from '#shared/http/schemas/schemas.ts'

/** Booking ids that one digest covers. */
export const RANGE_SIZE = 1_000
/** Booking ids that one request may span. */
export const SPAN_MAX = 100_000

export const ReconciliationQuery = Type.Object({
  from: Type.Integer({ minimum: 1, maximum: MAX_ID, description: 'First booking id.' }),
  to: Type.Integer({
    minimum: 1,
    maximum: MAX_ID,
    description: `Last booking id, at most ${SPAN_MAX} further.`,
  }),
})

/**
 * The bookings of one side in a range of ids that begins at `from`: their count, and an MD5 over each `id` with `c`
 * (cancelled) or `a` (active), in order of id. Equal digests mean that both sides have the same state.
 */
export const RangeDigest = Type.Object({ from: Type.Integer(), count: Type.Integer(), digest: Type.String() })
export type RangeDigest = Static<typeof RangeDigest>

export const RangeDigests = Type.Object({
  ranges: Type.Array(RangeDigest, { description: 'Only ranges in which there is a booking.' }),
})

export const BookingState = Type.Object({ booking_id: Id, is_cancelled: Type.Boolean() })
export type BookingState = Static<typeof BookingState>

export const BookingStates = Type.Object({ bookings: Type.Array(BookingState) })
