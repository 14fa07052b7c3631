import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aNotification } from '#harness/data/notification.factory.ts'
import {
  detectNews,
  faultOf,
  isNotification,
  mergeByBooking,
  type PriorState,
  statusOf,
} from './notification.rules.ts'

const created = aNotification()
const cancelled = { ...created, status: 'cancelled' }

test('a booking is received unless told otherwise, and "cancelled" has one form', () => {
  assert.equal(statusOf({}), 'received')
  assert.equal(statusOf({ status: ' ' }), 'received')
  assert.equal(statusOf({ status: ' CANCELLED' }), 'cancelled')
  assert.equal(statusOf({ status: 'Waitlisted' }), 'Waitlisted')
})

test('notifications about one booking fold into the first one, cancelled if any is', () => {
  const other = aNotification()
  const renamed = { ...cancelled, notes: 'changed' }
  assert.deepEqual(mergeByBooking([created, other, renamed, created]), [cancelled, other])
  assert.deepEqual(mergeByBooking([renamed, created]), [renamed])
})

const stories: [before: PriorState, sent: object[], news: boolean[]][] = [
  ['unknown', [created, created], [true, false]],
  ['unknown', [created, cancelled, cancelled, created], [true, true, false, false]],
  ['unknown', [cancelled, created], [true, false]],
  ['active', [created, cancelled, created], [false, true, false]],
  ['settled', [created, cancelled], [false, false]],
]
for (const [before, sent, news] of stories) {
  test(`of a booking that is ${before}, ${sent.length} notifications are news: ${news.join(', ')}`, () => {
    const states = new Map([[created.booking_id, before]])
    assert.deepEqual(detectNews(sent as (typeof created)[], states), news)
  })
}

test('what is no notification is described by its fields', () => {
  assert.equal(isNotification(created), true)
  assert.equal(isNotification({ ...created, user: { ...created.user, phone: null }, unknown: 1 }), true)
  assert.equal(faultOf('x'), 'Check the notification: must be object.')
  assert.match(faultOf({ ...created, event: { id: 1, title: 'x' } }), /event\.type is required/)
  assert.match(faultOf({ ...created, booking_id: '1' }), /booking_id must be integer/)
})
