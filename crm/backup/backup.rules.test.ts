import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aNotification } from '#harness/data/notification.factory.ts'
import { readContent } from './backup.rules.ts'

const NOW = new Date('2026-02-01T00:00:00Z')

const entry = (booking_id: number, rest: object = {}) => ({
  ...aNotification({ booking_id }),
  id: booking_id,
  received_at: '2026-01-15T07:00:00',
  status: 'received',
  crm_status: 'new',
  ...rest,
})
const bookingIds = (content: unknown) =>
  readContent(content, NOW).notifications.map(({ booking_id }) => booking_id)

test('every field is kept', () => {
  const { notifications, skipped } = readContent(
    { bookings: [entry(7, { id: 3, status: 'cancelled', crm_status: 'contacted' })] },
    NOW,
  )
  assert.deepEqual(notifications, [
    {
      ...aNotification({ booking_id: 7 }),
      id: 3,
      received_at: new Date('2026-01-15T07:00:00Z'),
      status: 'cancelled',
      cancelled_at: null,
      crm_status: 'contacted',
      history: [],
      imported_fields: null,
    },
  ])
  assert.deepEqual(skipped, { count: 0 })
})

test('history is kept where it is ours, and everything that has no place is kept as it is', () => {
  const step = {
    old_status: 'new',
    new_status: 'Contacted',
    notes: 'Called',
    author: 'Jane',
    changed_at: '2026-01-16T09:00:00',
  }
  const odd = [
    step,
    { ...step, notes: 5, author: undefined },
    { ...step, old_status: 'lost' },
    'x',
    { ...step, changed_at: 1 },
  ]
  const { user, event } = aNotification()
  const [kept] = readContent(
    {
      bookings: [
        entry(1, {
          history: odd,
          cancelled_at: '2026-01-17T10:00:00',
          crm_notes: 'x',
          meta: {},
          tags: [1, { a: null }],
          user: { ...user, vip: true },
          event: { ...event, room: { floor: 2 } },
        }),
      ],
    },
    NOW,
  ).notifications
  const taken = { old_status: 'new', new_status: 'contacted', changed_at: new Date('2026-01-16T09:00:00Z') }
  assert.deepEqual(kept?.history, [
    { ...taken, notes: 'Called', author: 'Jane' },
    { ...taken, notes: null, author: null },
  ])
  assert.deepEqual(kept?.cancelled_at, new Date('2026-01-17T10:00:00Z'))
  assert.deepEqual(kept?.imported_fields, {
    crm_notes: 'x',
    meta: {},
    tags: [1, { a: null }],
    user: { vip: true },
    event: { room: { floor: 2 } },
  })
})

test('bookings may be a list, an object by id, missing or the whole file', () => {
  assert.deepEqual(bookingIds({ bookings: [entry(1), entry(2)], other: 5 }), [1, 2])
  assert.deepEqual(bookingIds({ bookings: { 1: entry(1), 2: entry(2) } }), [1, 2])
  assert.deepEqual(bookingIds([entry(1)]), [1])
  for (const nothing of [{}, { bookings: null }, { bookings: 5 }, null, 5, 'x']) {
    assert.deepEqual(bookingIds(nothing), [])
  }
})

test('whole bookings among the facilitators and events are taken when bookings lacks them', () => {
  const facilitators = { 1: [1, entry(2), entry(3)], 2: { name: 'Jane' } }
  const events = { 1: [entry(3), { booking: 1 }, entry(4)] }
  assert.deepEqual(bookingIds({ bookings: [entry(1), entry(2)], facilitators, events }), [1, 2, 3, 4])
})

test('what is missing beside a notification is filled in', () => {
  const { id: _, received_at, status, crm_status, ...bare } = entry(1)
  const odd = { ...entry(2), received_at: 'yesterday', status: null, crm_status: 'Reviewed', id: 'a-uuid' }
  const { notifications } = readContent({ bookings: [bare, odd] }, NOW)
  assert.deepEqual(
    notifications.map((each) => [each.id, each.received_at, each.crm_status]),
    [
      [1, NOW, 'new'],
      [2, NOW, 'reviewed'],
    ],
  )
})

test('ids are kept, and are given in order of time where they are missing or taken', () => {
  const bookings = [
    entry(1, { id: undefined, received_at: '2026-01-03T00:00:00.123456' }),
    entry(2, { id: 5 }),
    entry(3, { id: 5, received_at: '2026-01-02T00:00:00Z' }),
    entry(4, { id: 2_147_483_647, received_at: '2026-01-01T00:00:00+00:00' }),
    entry(5, { id: 2 }),
  ]
  const { notifications } = readContent({ bookings }, NOW)
  const ids = Object.fromEntries(notifications.map(({ booking_id, id }) => [booking_id, id]))
  assert.deepEqual(ids, { 2: 5, 5: 2, 4: 6, 3: 7, 1: 8 })
})

test('what cannot be taken is counted, with the reason of the first', () => {
  const { user: _, ...broken } = entry(2)
  const bookings = [
    entry(1),
    broken,
    'x',
    null,
    entry(3, { notes: 'a\0b' }),
    entry(1, { crm_status: 'contacted' }),
  ]
  const { notifications, skipped } = readContent({ bookings }, NOW)
  assert.deepEqual(
    notifications.map(({ crm_status }) => crm_status),
    ['new'],
    'the first entry counts',
  )
  assert.equal(skipped.count, 5)
  assert.match(skipped.firstReason ?? '', /user is required/)
})
