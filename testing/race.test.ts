import { describe } from 'node:test'
import { proof as idempotencyKey } from '../torture/seats/idempotency-key.ts'
import { proof as lastSeat } from '../torture/seats/last-seat.ts'
import { proof as liveSeats } from '../torture/seats/live-seats.ts'
import { proof as oneBooking } from '../torture/seats/one-booking.ts'
import { proof as waitlist } from '../torture/seats/waitlist.ts'
import { testQuickly } from '../torture/test-quickly.ts'

// Several processes on one database. The long forms: npm run torture.
describe('a race for seats', { concurrency: 3 }, () =>
  testQuickly([lastSeat, oneBooking, idempotencyKey, waitlist, liveSeats]),
)
