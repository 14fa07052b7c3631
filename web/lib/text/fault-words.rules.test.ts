import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultInWords, problemInWords } from './fault-words.rules.ts'

test('errors of fields name what the page names', () => {
  assert.deepEqual(
    [
      'must be after start_datetime',
      'must be at most 366 days after start_datetime',
      'must have at most 200 characters',
      'must be a time such as 2026-01-15T07:00:00 (UTC) or 2026-01-15T08:00:00+01:00',
      'is required',
    ].map(faultInWords),
    [
      'The end must be after the start.',
      'The end must be at most 366 days after the start.',
      'Must have at most 200 characters.',
      'Enter a date and a time.',
      'Please fill this in.',
    ],
  )
})

test('another date of a series is named by its date', () => {
  assert.match(
    faultInWords('must be in the future, also for event 189 of 2026-12-14T18:00:00'),
    /^This time is in the past, also for the event of Monday.+14.+\d:\d\d .+\.$/,
  )
})

test('and so do other messages', () => {
  assert.equal(
    problemInWords(
      'This event has already begun: only title, description, location, virtual_link, requirements can still change.',
    ),
    'This event has already begun: only its title, description, place, online link and what to bring can still change.',
  )
  assert.equal(
    problemInWords('There are 5 bookings of event 189 already: max_participants must be 5 or more.'),
    'There are 5 bookings already: the number of seats must be 5 or more.',
  )
  assert.equal(problemInWords('is_admin must be left out'), 'is admin must be left out')
})
