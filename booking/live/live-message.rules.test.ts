import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Change, composeMessages, reloadOf } from './live-message.rules.ts'

const everybody = { user_id: 1, event_id: undefined }
const seats = (event_id: number): Change => ({ event: 'seats', json: '{"waiting":0}', event_id })
const changed = (event_id: number, chars: number): Change => ({
  event: 'event',
  json: JSON.stringify({ event: 'x'.repeat(chars) }),
  event_id,
})
const promoted = (user_id: number): Change => ({
  event: 'booking.promoted',
  json: '{}',
  event_id: 3,
  user_id,
})
const eventsFor = (...args: Parameters<typeof composeMessages>) =>
  composeMessages(...args).map(({ event }) => event)

test('changes go to everybody, personal ones to their user, and one event to its subscribers', () => {
  const changes = [seats(1), changed(2, 10), promoted(1), promoted(2)]
  assert.deepEqual(eventsFor(everybody, changes), ['seats', 'event', 'booking.promoted'])
  assert.deepEqual(eventsFor({ user_id: 1, event_id: 2 }, changes), ['event'])
  assert.deepEqual(eventsFor({ user_id: 9, event_id: 4 }, changes), [])
})

test('what does not fit into one piece becomes a reload, beside personal changes', () => {
  const changes = [promoted(1), ...Array.from({ length: 7 }, (_, i) => changed(i, 10_000))]
  assert.deepEqual(eventsFor(everybody, changes), ['booking.promoted', 'reload'])
  assert.deepEqual(eventsFor({ user_id: 1, event_id: 2 }, changes), ['event'])
  assert.deepEqual(eventsFor(everybody, changes.slice(0, 5)), ['booking.promoted', ...Array(4).fill('event')])
  assert.deepEqual(
    eventsFor(everybody, [changed(1, 70_000)]),
    ['event'],
    'a single change may have any length',
  )
})

test('several reloads become one', () => {
  assert.deepEqual(eventsFor(everybody, [seats(1), reloadOf(1), reloadOf(2)]), ['reload'])
  assert.deepEqual(eventsFor({ user_id: 1, event_id: 3 }, [reloadOf(1), seats(3)]), ['seats'])
})
