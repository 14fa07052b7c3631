import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesOf, verbOf } from './notice.rules.ts'

Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })

const NOW = new Date('2026-11-29T12:00:00Z')
const place = {
  start_datetime: '2026-12-01T16:00:00',
  end_datetime: '2026-12-01T17:00:00',
  timezone: 'Europe/Berlin',
  location: 'The hall',
  virtual_link: null,
}
const moved = (to: object, from: object = {}) =>
  changesOf({ before: { ...place, ...from }, after: { ...place, ...to } }, NOW)

test('a move within a day says the day once, by the clock of the room', () => {
  assert.deepEqual(moved({ start_datetime: '2026-12-01T17:00:00', end_datetime: '2026-12-01T18:00:00' }), [
    { what: 'When', now: 'Tue 1 Dec, 18:00–19:00 CET', before: '17:00–18:00 CET' },
  ])
})

test('a move to another day says both days', () => {
  assert.deepEqual(moved({ start_datetime: '2026-12-02T16:00:00', end_datetime: '2026-12-02T17:00:00' }), [
    { what: 'When', now: 'Wed 2 Dec, 17:00–18:00 CET', before: 'Tue 1 Dec, 17:00–18:00 CET' },
  ])
})

test('places and links that come and go have words, and what stays is not told', () => {
  const changes = moved({ location: null, virtual_link: 'https://meet.example/1' })
  assert.deepEqual(changes, [
    { what: 'Where', now: 'no place', before: 'The hall' },
    { what: 'Online link', now: 'https://meet.example/1', before: 'not online' },
  ])
  assert.equal(verbOf(changes), 'has changed')
  assert.equal(verbOf(changes.slice(0, 1)), 'takes place elsewhere')
  assert.equal(verbOf(changes.slice(1)), 'has another online link')
  assert.deepEqual(moved({}), [])
  assert.deepEqual(changesOf({ before: null, after: null }, NOW), [])
})
