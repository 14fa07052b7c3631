import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PaymentStatus } from '#web/lib/api/contract.ts'
import { paymentInWords } from './payment.rules.ts'

test('a ticket says what is to be paid, and where', () => {
  const say = (price: number, location: string | null, payment_status: PaymentStatus = 'pending') =>
    paymentInWords(
      { location, facilitator: { id: 1, name: 'Ada Ash', bio: null } },
      { price, payment_status },
      `€${price}`,
    )
  assert.equal(say(20, 'Hall'), '€20, to pay when you come.')
  assert.equal(say(20, null), '€20: Ada Ash tells you how to pay.')
  assert.equal(say(0, 'Hall'), undefined)
  assert.equal(say(20, 'Hall', 'paid'), '€20, paid.')
  assert.equal(say(20, 'Hall', 'refunded'), 'Your payment was refunded.')
})
