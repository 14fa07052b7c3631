import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as format from './format.ts'

Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-GB' }, configurable: true })

const at = (text: string) => new Date(`${text}Z`)
const berlin = { zone: 'Europe/Berlin' }

test('a time is written in a zone that is named, in summer and in winter', () => {
  assert.equal(
    format.timeRange(at('2026-11-25T06:00:00'), at('2026-11-25T07:15:00'), berlin),
    '07:00–08:15 CET',
  )
  assert.equal(
    format.timeRange(at('2026-07-25T06:00:00'), at('2026-07-25T07:00:00'), berlin),
    '08:00–09:00 CEST',
  )
})

test('what ends on another day there names both days', () => {
  const [start, end] = [at('2026-11-25T22:30:00'), at('2026-11-25T23:30:00')]
  assert.equal(format.timeRange(start, end, berlin), 'Wed 25 Nov, 23:30 – Thu 26 Nov, 00:30 CET')
  assert.equal(format.timeRange(start, end, { zone: 'UTC' }), '22:30–23:30 UTC')
})

test('what ends at midnight ends on the day before', () => {
  const evening = at('2026-12-17T21:00:00')
  const midnight = at('2026-12-17T23:00:00')
  assert.equal(format.timeRange(evening, midnight, berlin), '22:00–00:00 CET')
  assert.equal(format.whenInWords(evening, midnight, berlin), 'Thu 17 Dec, 22:00–00:00 CET')
  assert.equal(
    format.whenInWords(at('2026-12-15T21:00:00'), midnight, berlin),
    'Tue 15 Dec, 22:00 – Thu 17 Dec, midnight CET',
  )
  assert.equal(
    format.whenInWords(evening, at('2026-12-17T23:30:00'), berlin),
    'Thu 17 Dec, 22:00 – Fri 18 Dec, 00:30 CET',
  )
})

test('both names of a zone are said when its clocks change in between', () => {
  const autumn = [at('2026-10-24T22:00:00'), at('2026-10-25T05:00:00')] as const
  assert.equal(format.timeRange(...autumn, berlin), '00:00 CEST – 06:00 CET')
  const spring = [at('2026-03-28T22:30:00'), at('2026-03-29T10:00:00')] as const
  assert.equal(format.timeRange(...spring, berlin), 'Sat 28 Mar, 23:30 CET – Sun 29 Mar, 12:00 CEST')
  const newYork = [at('2026-11-01T04:00:00'), at('2026-11-01T10:00:00')] as const
  assert.match(format.timeRange(...newYork, { zone: 'America/New_York' }), /^00:00 \S+ – 05:00 \S+$/)
})

test('days of another year are written with it', () => {
  const [start, end] = [at('2026-12-31T22:00:00'), at('2027-01-01T10:00:00')]
  const now = at('2026-11-01T00:00:00')
  assert.equal(
    format.whenInWords(start, end, { ...berlin, now }),
    'Thu 31 Dec, 23:00 – Fri, 1 Jan 2027, 11:00 CET',
  )
})

test('English is written as the reader is used to', () => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-US' }, configurable: true })
  assert.equal(format.clockTime(at('2026-11-25T14:05:00'), { zone: 'UTC' }).replace(/\s/u, ' '), '2:05 PM')
  for (const language of ['de-DE', 'en-US@posix', 'en-']) {
    Object.defineProperty(globalThis, 'navigator', { value: { language }, configurable: true })
    assert.equal(format.clockTime(at('2026-11-25T14:05:00'), { zone: 'UTC' }), '14:05')
  }
})

test('days are those of the zone', () => {
  const late = at('2026-12-31T23:30:00')
  assert.deepEqual(
    [format.dayKey(late, { zone: 'UTC' }), format.dayKey(late, berlin)],
    ['2026-12-31', '2027-01-01'],
  )
  assert.equal(format.hourOfDay(late, berlin), 0.5)
  assert.equal(format.longDay(late, at('2026-01-01T00:00:00'), berlin), 'Friday, 1 January 2027')
  assert.equal(format.longDay(late, late, berlin), 'Friday 1 January')
})

test('near days have names', () => {
  const now = at('2026-11-24T22:30:00')
  assert.equal(format.nearDay(at('2026-11-24T08:00:00'), now, berlin), 'Today')
  assert.equal(format.nearDay(at('2026-11-24T23:30:00'), now, berlin), 'Tomorrow')
  assert.equal(format.nearDay(at('2026-11-27T08:00:00'), now, berlin), undefined)
})

test('tomorrow is the next day also when a day has 25 hours', () => {
  const now = at('2026-10-24T22:30:00')
  assert.equal(format.nearDay(at('2026-10-25T22:30:00'), now, berlin), 'Today')
  assert.equal(format.nearDay(at('2026-10-25T23:30:00'), now, berlin), 'Tomorrow')
})

test('days are counted as people count them', () => {
  const days = (start: string, end: string) => format.duration(at(start), at(end), berlin)
  assert.equal(days('2026-12-11T15:00:00', '2026-12-13T23:00:00'), '3 days', 'Friday 16:00 to Sunday 24:00')
  assert.equal(days('2026-12-11T15:00:00', '2026-12-14T12:00:00'), '4 days', 'Friday to Monday')
  assert.equal(days('2026-03-28T23:00:00', '2026-03-29T22:00:00'), '1 day', 'a Sunday of 23 hours')
  assert.equal(days('2026-10-24T22:00:00', '2026-10-25T23:00:00'), '1 day', 'a Sunday of 25 hours')
  assert.equal(days('2026-12-11T21:00:00', '2026-12-12T05:00:00'), '8 h', 'a night')
})

test('lengths, prices, counts and ranks are written as one says them', () => {
  const from = at('2026-01-01T00:00:00')
  const lengths = [45, 60, 75, 120, 150, 1440, 2880].map((minutes) =>
    format.duration(from, new Date(from.getTime() + minutes * 60_000)),
  )
  assert.deepEqual(lengths, ['45 min', '60 min', '1 h 15 min', '2 h', '2 h 30 min', '1 day', '2 days'])
  assert.deepEqual(
    [0, 25, 22.5].map((n) => format.price(n, 'EUR')),
    ['Free', '€25', '€22.50'],
  )
  assert.deepEqual([format.count(1, 'seat'), format.count(0, 'seat')], ['1 seat', '0 seats'])
  assert.deepEqual([1, 2, 3, 4, 11, 22, 113].map(format.ordinal), [
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '22nd',
    '113th',
  ])
})
