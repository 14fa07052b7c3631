import assert from 'node:assert/strict'
import { test } from 'node:test'
import { composePiece, type News, reloadOf } from './live-message.rules.ts'

const everybody = { user_id: 1, event_id: undefined }
const seats = (event_id: number): News => ({ event: 'seats', json: '{"waiting":0}', event_id })
const changed = (event_id: number, chars: number): News => ({
  event: 'event',
  json: JSON.stringify({ event: 'x'.repeat(chars) }),
  event_id,
})
const promoted = (user_id: number): News => ({ event: 'booking.promoted', json: '{}', event_id: 3, user_id })
const told = (...args: Parameters<typeof composePiece>) => composePiece(...args).map(({ event }) => event)

test('everybody is told of every event, one person of what is theirs, and who asks about one event of that', () => {
  const news = [seats(1), changed(2, 10), promoted(1), promoted(2)]
  assert.deepEqual(told(everybody, news), ['seats', 'event', 'booking.promoted'])
  assert.deepEqual(told({ user_id: 1, event_id: 2 }, news), ['event'])
  assert.deepEqual(told({ user_id: 9, event_id: 4 }, news), [])
})

test('what does not fit into a piece is told in one word, beside what is only for them', () => {
  const news = [promoted(1), ...Array.from({ length: 7 }, (_, i) => changed(i, 10_000))]
  assert.deepEqual(told(everybody, news), ['booking.promoted', 'reload'])
  assert.deepEqual(told({ user_id: 1, event_id: 2 }, news), ['event'])
  assert.deepEqual(told(everybody, news.slice(0, 5)), ['booking.promoted', ...Array(4).fill('event')])
  assert.deepEqual(told(everybody, [changed(1, 70_000)]), ['event'], 'one alone may be as long as it is')
})

test('many events that are too much to be told are one word as well', () => {
  assert.deepEqual(told(everybody, [seats(1), reloadOf(1), reloadOf(2)]), ['reload'])
  assert.deepEqual(told({ user_id: 1, event_id: 3 }, [reloadOf(1), seats(3)]), ['seats'])
})
