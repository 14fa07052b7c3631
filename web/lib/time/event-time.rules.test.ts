import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as eventTime from './event-time.rules.ts'

Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })

const at = (text: string) => new Date(`${text}Z`)
const event = {
  start_datetime: '2026-11-25T18:00:00',
  end_datetime: '2026-11-25T19:00:00',
  status: 'ACTIVE' as const,
  timezone: 'Europe/Berlin',
  location: 'Studio A',
}
const now = at('2026-11-01T00:00:00')

test('an event is upcoming until it begins and on now until it ends', () => {
  const phase = (text: string) => eventTime.phaseOf(event, at(text))
  assert.equal(phase('2026-11-25T17:59:59'), 'upcoming')
  assert.equal(phase('2026-11-25T18:00:00'), 'on now')
  assert.equal(phase('2026-11-25T18:59:59'), 'on now')
  assert.equal(phase('2026-11-25T19:00:00'), 'over')
  const on = at('2026-11-25T18:30:00')
  assert.equal(eventTime.phaseOf({ ...event, status: 'COMPLETED' }, on), 'over')
  assert.deepEqual(
    [event, { ...event, status: 'CANCELLED' as const }].map((each) => eventTime.isOnNow(each, on)),
    [true, false],
  )
  assert.deepEqual(eventTime.notOver([event], at('2026-11-25T19:00:00')), [])
})

test('a retreat is on now on each of its days', () => {
  const retreat = { ...event, end_datetime: '2026-11-29T12:00:00' }
  for (const day of [25, 26, 27, 28]) assert.ok(eventTime.isOnNow(retreat, at(`2026-11-${day}T18:00:00`)))
})

test('the deadline lies so many hours before the start', () => {
  const deadline = (hours: number) => eventTime.deadlineOf({ ...event, cancellation_deadline_hours: hours })
  assert.deepEqual([deadline(24), deadline(0)], [at('2026-11-24T18:00:00'), at('2026-11-25T18:00:00')])
})

test('what is online is joined from a quarter of an hour before', () => {
  assert.deepEqual(eventTime.joinableFrom(event), at('2026-11-25T17:45:00'))
})

test('deadline, start and end are moments at which something changes', () => {
  assert.deepEqual(eventTime.momentsOf({ ...event, cancellation_deadline_hours: 24 }), [
    at('2026-11-24T18:00:00'),
    at('2026-11-25T18:00:00'),
    at('2026-11-25T19:00:00'),
  ])
  assert.equal(eventTime.momentsOf({ ...event, cancellation_deadline_hours: 0 }).length, 2)
})

test('the clock of the room comes first, and the reader’s where it shows something else', () => {
  const readersWhen = (zone: string, changes: Partial<typeof event> = {}) =>
    eventTime.readersWhenOf({ ...event, ...changes }, now, { zone })
  assert.equal(eventTime.whenOf(event, now), 'Wed 25 Nov, 19:00–20:00 CET')
  assert.match(readersWhen('America/New_York') ?? '', /^Wed 25 Nov, 13:00–14:00 \S+$/)
  assert.equal(readersWhen('Asia/Kathmandu'), 'Wed 25 Nov, 23:45 – Thu 26 Nov, 00:45 GMT+5:45')
  assert.equal(readersWhen('Europe/Vienna'), undefined)
  // Over a change of clocks that both make at the same moment.
  const night = { start_datetime: '2026-10-24T22:00:00', end_datetime: '2026-10-25T05:00:00' }
  assert.equal(readersWhen('Europe/Vienna', night), undefined)
  assert.equal(eventTime.whenOf({ ...event, ...night }, now), 'Sun 25 Oct, 00:00 CEST – 06:00 CET')
})

test('what is known by its start alone is told by the reader’s clock, until there is more', () => {
  assert.match(eventTime.whenOfBrief(event, undefined, now), /^Wed 25 Nov, \d\d:\d\d \S+$/)
  assert.equal(eventTime.whenOfBrief(event, event, now), 'Wed 25 Nov, 19:00–20:00 CET')
})

test('days are those of the room, and one that is over at midnight is the last', () => {
  const evening = { start_datetime: '2026-11-25T21:00:00', end_datetime: '2026-11-25T23:00:00' }
  const daysIn = (timezone: string) => eventTime.daysOf({ ...event, ...evening, timezone })
  assert.deepEqual(daysIn('Europe/Berlin'), { first: '2026-11-25', last: '2026-11-25' })
  assert.deepEqual(daysIn('America/New_York'), { first: '2026-11-25', last: '2026-11-25' })
  assert.deepEqual(daysIn('Asia/Kathmandu'), { first: '2026-11-26', last: '2026-11-26' })
  assert.deepEqual(daysIn('UTC'), { first: '2026-11-25', last: '2026-11-25' })
})

test('what is online has the reader’s clock alone', () => {
  const online = { ...event, location: null }
  assert.deepEqual(eventTime.clockOf(online), {})
  assert.equal(eventTime.readersWhenOf(online, now, { zone: 'America/New_York' }), undefined)
})
