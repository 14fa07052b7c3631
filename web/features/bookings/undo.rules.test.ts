import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameAgain } from './undo.rules.ts'

const booking = { payment_status: 'pending', price: 18, cancellable_until: '2030-05-01T06:00:00' } as const
const event = { price: 18, start_datetime: '2030-05-02T06:00:00', cancellation_deadline_hours: 24 }

test('a booking that is made again is the same when nothing of it has changed', () => {
  assert.ok(isSameAgain(booking, event))
  assert.ok(isSameAgain(booking, { ...event, cancellation_deadline_hours: 12 }))
})

test('it is another one at another price, when it was paid, or when it cannot be cancelled for as long', () => {
  assert.equal(isSameAgain(booking, { ...event, price: 20 }), false)
  assert.equal(isSameAgain({ ...booking, payment_status: 'paid' }, event), false)
  assert.equal(isSameAgain({ ...booking, payment_status: 'refunded' }, event), false)
  assert.equal(isSameAgain(booking, { ...event, cancellation_deadline_hours: 48 }), false)
  assert.equal(isSameAgain({ ...booking, cancellable_until: null }, event), false)
  assert.equal(isSameAgain(booking, undefined), false)
})
