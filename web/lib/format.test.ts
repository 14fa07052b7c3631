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

test('English is written as the reader is used to', () => {
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'en-US' }, configurable: true })
  assert.equal(format.clockTime(at('2026-11-25T14:05:00'), { zone: 'UTC' }).replace(/\s/u, ' '), '2:05 PM')
  Object.defineProperty(globalThis, 'navigator', { value: { language: 'de-DE' }, configurable: true })
  assert.equal(format.clockTime(at('2026-11-25T14:05:00'), { zone: 'UTC' }), '14:05')
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
