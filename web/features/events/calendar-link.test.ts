import assert from 'node:assert/strict'
import { test } from 'node:test'
import { googleCalendarLink } from './calendar-link.ts'

const event = {
  title: 'Sit & breathe',
  description: 'Slowly.',
  start_datetime: '2026-11-25T07:00:00',
  end_datetime: '2026-11-25T08:00:00',
  location: null,
  virtual_link: 'https://meet.example.com/a?b=1',
}

test('the entry has the time in UTC, and leads to where the event is', () => {
  const { searchParams, origin } = new URL(googleCalendarLink(event))
  assert.equal(origin, 'https://calendar.google.com')
  assert.equal(searchParams.get('dates'), '20261125T070000Z/20261125T080000Z')
  assert.equal(searchParams.get('text'), 'Sit & breathe')
  assert.equal(searchParams.get('location'), 'https://meet.example.com/a?b=1')
  assert.equal(new URL(googleCalendarLink({ ...event, location: 'Hut' })).searchParams.get('location'), 'Hut')
})
