import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelledByStudio } from './cancelled.rules.ts'

const off = { cancellation_reason: 'Marlène has the flu.' }

test('the reason is that of the booking or of the event', () => {
  assert.deepEqual(cancelledByStudio({ cancelled_by_studio: true }, undefined), { reason: undefined })
  assert.deepEqual(cancelledByStudio({ cancelled_by_studio: true }, off), { reason: 'Marlène has the flu.' })
  const booking = { cancelled_by_studio: true, cancellation_reason: 'Agreed by phone' }
  assert.deepEqual(cancelledByStudio(booking, undefined), { reason: 'Agreed by phone' })
})

test('whoever has cancelled themselves is not told of what the studio cancels afterwards', () => {
  assert.equal(cancelledByStudio({}, undefined), undefined)
  assert.equal(cancelledByStudio({}, off), undefined)
})
