import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '#web/lib/api/contract.ts'
import { lossInWords } from './cancel.rules.ts'

const event = (current_participants: number, is_full = false) => ({ current_participants, is_full }) as Event

test('cancelling says how many lose their seats, of all dates that are cancelled', () => {
  assert.equal(lossInWords([event(0)], false), 'Nobody has booked it yet.')
  assert.equal(lossInWords([event(1)], false), '1 person loses a seat.')
  assert.equal(
    lossInWords([event(2, true)], false),
    '2 people lose their seats. Who is on the waiting list is told, too.',
  )
  assert.equal(lossInWords([event(0), event(16)], true), '2 dates are cancelled, and 16 bookings with them.')
  assert.equal(lossInWords([event(1)], true), '1 date is cancelled, and 1 booking with it.')
  assert.equal(lossInWords([event(0), event(0)], true), '2 dates are cancelled, and nobody has booked yet.')
  assert.equal(lossInWords(undefined, true), 'All who have booked these dates lose their seats.')
})
