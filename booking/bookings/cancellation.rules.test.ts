import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type CancellationFacts, cancellableUntil, deadlineOf } from './cancellation.rules.ts'

const at = (hour: number) => new Date(Date.UTC(2026, 0, 15, hour))
/** Made at 8:00, begins at 20:00, to be cancelled until 18:00. */
const booking: CancellationFacts = {
  status: 'CONFIRMED',
  start_datetime: at(20),
  cancellation_deadline_hours: 2,
  booked_deadline_hours: 2,
  created_at: at(8),
  terms_changed_at: null,
  promoted_at: null,
}

test('the deadline counts back from the start', () => {
  assert.deepEqual(deadlineOf(booking), at(18))
  assert.deepEqual(deadlineOf({ ...booking, cancellation_deadline_hours: 0 }), at(20))
})

test('more hours than when it was booked do not count, fewer do', () => {
  assert.deepEqual(deadlineOf({ ...booking, cancellation_deadline_hours: 5 }), at(18))
  assert.deepEqual(deadlineOf({ ...booking, cancellation_deadline_hours: 1 }), at(19))
  const older = { ...booking, booked_deadline_hours: null }
  assert.deepEqual(deadlineOf({ ...older, cancellation_deadline_hours: 5 }), at(15))
})

const cases: [name: string, facts: Partial<CancellationFacts>, now: Date, until: Date | undefined][] = [
  ['before the deadline', {}, at(17), at(18)],
  ['at the deadline', {}, at(18), undefined],
  ['without a deadline', { cancellation_deadline_hours: 0 }, at(19), at(20)],
  ['pending', { status: 'PENDING' }, at(17), at(18)],
  ['cancelled', { status: 'CANCELLED' }, at(17), undefined],
  ['over', { status: 'COMPLETED' }, at(17), undefined],
  ['promoted before the deadline', { promoted_at: at(17) }, at(17), at(18)],
  ['promoted before the deadline, which is over', { promoted_at: at(17) }, at(19), undefined],
  ['promoted at the deadline', { promoted_at: at(18) }, at(18), at(20)],
  ['promoted after the deadline', { promoted_at: at(19) }, at(19), at(20)],
  ['promoted after the deadline, and begun', { promoted_at: at(19) }, at(20), undefined],
  ['changed before the deadline', { terms_changed_at: at(17) }, at(17), at(18)],
  ['changed before the deadline, which is over', { terms_changed_at: at(17) }, at(19), undefined],
  ['changed at the deadline', { terms_changed_at: at(18) }, at(18), at(20)],
  ['changed after the deadline, and begun', { terms_changed_at: at(19) }, at(20), undefined],
  ['changed before it was booked', { terms_changed_at: at(18), created_at: at(19) }, at(19), undefined],
  [
    'promoted after the deadline, and cancelled',
    { promoted_at: at(19), status: 'CANCELLED' },
    at(19),
    undefined,
  ],
]
for (const [name, facts, now, until] of cases) {
  test(`until when a booking can be cancelled: ${name}`, () => {
    assert.deepEqual(cancellableUntil({ ...booking, ...facts }, now), until)
  })
}
