import { describe } from 'node:test'
import { proof as idempotencyKey } from '../seats/idempotency-key.ts'
import { proof as lastSeat } from '../seats/last-seat.ts'
import { proof as liveSeats } from '../seats/live-seats.ts'
import { proof as oneBooking } from '../seats/one-booking.ts'
import { proof as waitlist } from '../seats/waitlist.ts'
import { testQuickly } from './test-quickly.ts'

// Several processes on one database. The long forms: npm run torture.
describe('a race for seats', { concurrency: 3 }, () =>
  testQuickly([lastSeat, oneBooking, idempotencyKey, waitlist, liveSeats]),
)
