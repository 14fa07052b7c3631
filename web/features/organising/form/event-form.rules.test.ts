import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '#web/lib/api/contract.ts'
import { copyOf, emptyValues, faultsOf, toCreate, toEdit, valuesOf } from './event-form.rules.ts'
import { endAfterMove } from './wall-time.ts'

const now = new Date('2026-10-20T12:00:00Z')
const event = {
  title: 'Evening Sit',
  event_type: 'SESSION',
  description: null,
  start_datetime: '2026-10-24T17:00:00',
  end_datetime: '2026-10-24T18:00:00',
  timezone: 'Europe/Berlin',
  location: 'Studio A',
  virtual_link: null,
  max_participants: 8,
  price: 12.5,
  requirements: null,
  cancellation_deadline_hours: 0,
  parent_event_id: null as number | null,
} as Event

test('times are those of the event’s own clock, and go back as the same moment', () => {
  const values = valuesOf(event)
  assert.deepEqual([values.start_datetime, values.end_datetime], ['2026-10-24T19:00', '2026-10-24T20:00'])
  assert.deepEqual(toEdit(event, values), {})
})

test('only what differs is sent, and an emptied field clears', () => {
  const values = { ...valuesOf(event), location: ' ', max_participants: 10 }
  assert.deepEqual(toEdit(event, values), { location: null, max_participants: 10 })
  assert.deepEqual(toEdit(event, { ...values, location: 'Studio A', max_participants: '8' }), {})
})

test('with a new zone alone, every date of a series keeps its own times', () => {
  const moved = { ...valuesOf(event), timezone: 'Asia/Tokyo' }
  assert.deepEqual(toEdit(event, moved, 'all'), { timezone: 'Asia/Tokyo' })
  assert.deepEqual(toEdit(event, moved), {
    timezone: 'Asia/Tokyo',
    start_datetime: '2026-10-24T10:00:00.000Z',
    end_datetime: '2026-10-24T11:00:00.000Z',
  })
  // The same moment, typed as the other clock shows it.
  const same = { ...moved, start_datetime: '2026-10-25T02:00', end_datetime: '2026-10-25T03:00' }
  assert.deepEqual(toEdit(event, same), { timezone: 'Asia/Tokyo' })
  assert.deepEqual(toEdit(event, same, 'all'), {
    timezone: 'Asia/Tokyo',
    start_datetime: '2026-10-24T17:00:00.000Z',
    end_datetime: '2026-10-24T18:00:00.000Z',
  })
})

test('what an event is part of is sent when it changes, and a copy is part of nothing', () => {
  const part = { ...event, parent_event_id: 3 }
  assert.deepEqual(toEdit(part, valuesOf(part)), {})
  assert.deepEqual(toEdit(part, { ...valuesOf(part), parent_event_id: null }), { parent_event_id: null })
  assert.equal(toCreate(copyOf(part, now), 7).parent_event_id, null)
})

test('a copy is at the same hour of the clock, also when the clocks change in between', () => {
  const copy = copyOf(event, now)
  assert.equal(copy.start_datetime, '2026-10-31T19:00')
  assert.equal(toCreate(copy, 7).start_datetime, '2026-10-31T18:00:00.000Z')
  const late = copyOf(event, new Date('2026-11-20T12:00:00Z'))
  assert.equal(late.start_datetime, '2026-11-21T19:00')
})

test('a new event says whose it is, and how it repeats only when it does', () => {
  const values = { ...emptyValues(now, 'Europe/Berlin'), title: ' Sit ' }
  const { title, facilitator_id, start_datetime, recurrence } = toCreate(values, 7)
  assert.deepEqual(
    [title, facilitator_id, start_datetime, recurrence],
    ['Sit', 7, '2026-10-27T08:00:00.000Z', undefined],
  )
  const weekly = { ...values, recurrence: { ...values.recurrence, freq: 'weekly' as const } }
  assert.equal(toCreate(weekly, 7).recurrence, 'FREQ=WEEKLY;BYDAY=TU;COUNT=8')
})

test('what is plainly wrong is said at its field', () => {
  const good = { ...emptyValues(now, 'UTC'), title: 'Sit' }
  assert.deepEqual(faultsOf(good, good, now), {})
  const bad = { ...good, title: ' ', start_datetime: '2026-10-20T11:00', end_datetime: '2026-10-20T11:00' }
  assert.deepEqual(Object.keys(faultsOf({ ...bad, max_participants: '' }, good, now)), [
    'title',
    'start_datetime',
    'end_datetime',
    'max_participants',
  ])
  assert.deepEqual(Object.keys(faultsOf({ ...good, start_datetime: '' }, good, now)), ['start_datetime'])
})

test('an event that has begun may be edited, but not moved into the past', () => {
  const begun = valuesOf(event)
  const later = new Date('2026-10-24T17:30:00Z')
  assert.deepEqual(faultsOf({ ...begun, description: 'Bring tea' }, begun, later), {})
  const moved = { ...begun, start_datetime: '2026-10-24T18:30' }
  assert.deepEqual(faultsOf(moved, begun, later), { start_datetime: 'This time is in the past.' })
})

test('the end is judged as a moment, also where clocks are put back', () => {
  // 02:30 CEST to 02:15 CET: 45 minutes.
  const night = { ...event, start_datetime: '2026-10-25T00:30:00', end_datetime: '2026-10-25T01:15:00' }
  const values = valuesOf(night)
  assert.deepEqual([values.start_datetime, values.end_datetime], ['2026-10-25T02:30', '2026-10-25T02:15'])
  assert.deepEqual(faultsOf(values, values, now), {})
  assert.deepEqual(toEdit(night, { ...values, title: 'Night' }), { title: 'Night' })
  assert.equal(toCreate(values, 7).end_datetime, '2026-10-25T01:15:00.000Z')
  // On any other night that end is before its start.
  const other = { ...values, start_datetime: '2026-10-24T02:30', end_datetime: '2026-10-24T02:15' }
  assert.deepEqual(Object.keys(faultsOf(other, values, now)), ['end_datetime'])
  // Clocks skip from 02:00 to 03:00: no time passes.
  const spring = { ...values, start_datetime: '2027-03-28T02:30', end_datetime: '2027-03-28T03:30' }
  assert.deepEqual(Object.keys(faultsOf(spring, values, now)), ['end_datetime'])
})

test('an end follows its start', () => {
  assert.equal(endAfterMove('2026-10-24T19:00', '2026-10-25T08:30', '2026-10-26T07:00'), '2026-10-26T20:30')
})
