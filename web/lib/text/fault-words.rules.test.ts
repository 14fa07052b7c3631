import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultInWords, faultsInWords, problemInWords } from './fault-words.rules.ts'

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

test('errors of fields say what to do, with no word of the API', () => {
  const words = [
    'must not be empty',
    'must not have more than 100 characters',
    'must not have fewer than 8 characters',
    'must be an e-mail address such as name@example.com, without blanks or hidden characters',
    'must be one line without control characters or hidden marks that turn the direction of text: type it instead of pasting it',
    'must not contain NUL or broken Unicode characters',
    'must be integer or null',
    'must not lead into a private network or to one’s own device',
    'must be a whole number: JPY has no decimals',
    'must include the day of start_datetime in Europe/Berlin',
    'must have an INTERVAL from 1 to 366',
    'is required: no account has this e-mail address yet',
    'is required: an admin says whose event it is',
  ].map(faultInWords)
  assert.deepEqual(words, [
    'Please fill this in.',
    'Use at most 100 characters.',
    'Use at least 8 characters.',
    'Enter an e-mail address such as name@example.com.',
    'This text has hidden characters: type it instead of pasting it.',
    'This text has hidden characters: type it instead of pasting it.',
    'Enter a whole number.',
    'Enter an address that every attendee can open.',
    'Enter a whole amount: JPY has no decimals.',
    'The first event must be on a day on which it repeats.',
    'Check how often the event repeats, and when that ends.',
    'There is no account with this address yet: enter a first password.',
    'Choose the facilitator.',
  ])
  assert.equal(
    faultsInWords([{ field: 'phone', message: 'must not have more than 32 characters' }]),
    'Phone number: Use at most 32 characters.',
  )
})

test('errors without a field are said by their code where their message is for programs', () => {
  assert.equal(
    problemInWords('This event is not part of a series: leave scope out, or use scope=this.', 'not_a_series'),
    'This event is not part of a series: choose “Only this one”.',
  )
  assert.equal(problemInWords('You are the only admin.', 'constructor'), 'You are the only admin.')
  assert.equal(
    problemInWords(
      'This person is facilitator 12 already, who is no longer active: set is_active to true instead.',
    ),
    'This person was a facilitator before: choose “Change” in the list of facilitators, and switch “Active” on.',
  )
})

test('a time of the API is said by the reader’s clock, once', () => {
  assert.match(
    problemInWords('Attendees can be checked in from 2026-12-14T18:00:00 UTC on.'),
    /^Attendees can be checked in from Monday.+14.+\d:\d\d (?:[AP]M )?\S+ on\.$/,
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
