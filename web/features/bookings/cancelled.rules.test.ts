import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelledByStudio } from './cancelled.rules.ts'

const on = { status: 'ACTIVE' } as const
const off = { status: 'CANCELLED', cancellation_reason: 'Marlène has the flu.' } as const

test('who has cancelled is told apart, and the reason is that of the booking or of the event', () => {
  assert.equal(cancelledByStudio({ status: 'CONFIRMED' }, on), undefined)
  assert.equal(cancelledByStudio({ status: 'CANCELLED' }, on), undefined)
  assert.deepEqual(cancelledByStudio({ status: 'CANCELLED' }, off), { reason: 'Marlène has the flu.' })
  assert.deepEqual(cancelledByStudio({ status: 'CANCELLED', cancellation_reason: 'Agreed by phone' }, on), {
    reason: 'Agreed by phone',
  })
})
