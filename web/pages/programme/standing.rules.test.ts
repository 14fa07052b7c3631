import assert from 'node:assert/strict'
import { test } from 'node:test'
import { standingOf } from './standing.rules.ts'

const event = {
  status: 'ACTIVE' as const,
  start_datetime: '2026-11-25T18:00:00',
  end_datetime: '2026-11-25T19:00:00',
  is_full: false,
}
const before = { event, hasBooking: false, isWaiting: false, now: new Date('2026-11-25T17:59:59Z') }
const full = { ...event, is_full: true }

test('what can be done about an event depends on seats, on one’s own place and on the time', () => {
  assert.equal(standingOf(before), 'open')
  assert.equal(standingOf({ ...before, event: full }), 'full')
  assert.equal(standingOf({ ...before, event: full, isWaiting: true }), 'waiting')
  assert.equal(standingOf({ ...before, event: full, hasBooking: true }), 'booked')
  assert.equal(standingOf({ ...before, now: new Date('2026-11-25T18:00:00Z') }), 'begun')
  assert.equal(standingOf({ ...before, isWaiting: true, now: new Date('2026-11-25T18:00:00Z') }), 'begun')
  assert.equal(standingOf({ ...before, now: new Date('2026-11-25T19:00:00Z') }), 'over')
  assert.equal(standingOf({ ...before, event: { ...event, status: 'COMPLETED' } }), 'over')
})

test('who has a seat when it begins has it until the end; what was cancelled nobody has', () => {
  const now = new Date('2026-11-25T18:30:00Z')
  assert.equal(standingOf({ ...before, hasBooking: true, now }), 'booked')
  assert.equal(standingOf({ ...before, hasBooking: true, now: new Date('2026-11-25T19:00:00Z') }), 'over')
  assert.equal(
    standingOf({ ...before, hasBooking: true, event: { ...event, status: 'CANCELLED' } }),
    'cancelled',
  )
})
