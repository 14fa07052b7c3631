import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf } from './cost.rules.ts'

test('a booking costs what the event cost then, or now if that is less and it is not paid', () => {
  assert.equal(costOf({ price: 44, booked_price: 14, payment_status: 'pending' }), 14)
  assert.equal(costOf({ price: 10, booked_price: 14, payment_status: 'pending' }), 10)
  assert.equal(costOf({ price: 10, booked_price: 14, payment_status: 'paid' }), 14)
  assert.equal(costOf({ price: 10, booked_price: 14, payment_status: 'refunded' }), 14)
  assert.equal(costOf({ price: 10, booked_price: null, payment_status: 'paid' }), 10)
})
