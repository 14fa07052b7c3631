import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '#web/lib/api/contract.ts'
import { seatsInShort, seatsInWords, withEvent, withSeats } from './seats.rules.ts'

const event = (id: number) =>
  ({
    id,
    title: `Event ${id}`,
    max_participants: 4,
    current_participants: 1,
    available_spots: 3,
    is_full: false,
  }) as Event
const heard = { event_id: 2, current_participants: 5, available_spots: 0, is_full: true, waiting: 1 }

test('free seats are said in words', () => {
  const say = (available_spots: number, max_participants: number) =>
    seatsInWords({ available_spots, max_participants, is_full: available_spots === 0 })
  assert.equal(say(0, 12), 'Full, with a waiting list')
  assert.equal(say(12, 12), '12 seats free')
})

test('seats are the last ones only when few are left, of all and of what there were', () => {
  const say = (available_spots: number, max_participants: number) =>
    seatsInWords({ available_spots, max_participants, is_full: false })
  assert.deepEqual([say(2, 2), say(1, 1), say(1, 4)], ['2 seats free', '1 seat free', '1 seat free'])
  assert.deepEqual(
    [say(1, 5), say(3, 15), say(5, 25)],
    ['The last seat', 'The last 3 seats', 'The last 5 seats'],
  )
  assert.deepEqual([say(3, 14), say(6, 100)], ['3 seats free', '6 seats free'])
})

test('a row says that seats are few, or gone, and nothing else', () => {
  const say = (available_spots: number) =>
    seatsInShort({ available_spots, max_participants: 15, is_full: available_spots === 0 })
  assert.deepEqual([say(4), say(3), say(0)], [undefined, '3 left', 'Full · waiting list'])
})

test('live seats change that one event, in lists and alone', () => {
  const { events } = withSeats({ events: [event(1), event(2)] }, heard)
  assert.deepEqual(events[0], event(1))
  assert.deepEqual([events[1]?.is_full, events[1]?.max_participants, events[1]?.title], [true, 5, 'Event 2'])
  assert.equal(withSeats({ event: event(2) }, heard).event.available_spots, 0)
  assert.deepEqual(withSeats({ event: event(1) }, heard), { event: event(1) })
  const { pages } = withSeats({ pages: [{ events: [event(1)] }, { events: [event(2)] }] }, heard)
  assert.deepEqual(
    pages.map(({ events }) => events[0]?.is_full),
    [false, true],
  )
})

test('an event that was changed takes the place of the old one, and the page stays what it was', () => {
  const page = { events: [event(1), event(2)], pagination: { total: 2 } }
  const changed = withEvent(page, { ...event(1), title: 'Moved' })
  assert.deepEqual(
    [changed.events[0]?.title, changed.events[1]?.title, changed.pagination.total],
    ['Moved', 'Event 2', 2],
  )
})
