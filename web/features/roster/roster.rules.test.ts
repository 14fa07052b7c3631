import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import {
  checkInOf,
  choicesFor,
  consequencesInWords,
  emptyInWords,
  matching,
  nameAsOrdered,
  paymentInWords,
  rosterAfter,
  summaryOf,
} from './roster.rules.ts'

const entry = (id: number, changes: Partial<RosterEntry> = {}): RosterEntry => ({
  id,
  user: { id, email: `p${id}@example.com`, first_name: 'Tomás', last_name: `No${id}`, phone: null },
  status: 'CONFIRMED',
  notes: null,
  payment_status: 'pending',
  price: 12,
  attendance: null,
  checked_in_at: null,
  booking_date: '2026-11-01T10:00:00',
  has_clash: false,
  ...changes,
})

test('check-in opens a day before the start, and no-shows begin with it', () => {
  const event = { start_datetime: '2026-11-25T18:00:00' }
  const at = (text: string) => checkInOf(event, new Date(`${text}Z`))
  assert.equal(at('2026-11-24T17:59:59').isOpen, false)
  const open = at('2026-11-24T18:00:00')
  assert.deepEqual([open.isOpen, open.hasBegun], [true, false])
  assert.equal(at('2026-11-25T18:00:00').hasBegun, true)
})

test('who has given up their seat is neither expected nor missed, but may have paid', () => {
  const entries = [
    entry(1, { attendance: 'attended', payment_status: 'paid' }),
    entry(2, { attendance: 'no_show' }),
    entry(3),
    entry(4, { status: 'CANCELLED', payment_status: 'paid' }),
    entry(5, { status: 'CANCELLED', payment_status: 'refunded' }),
  ]
  assert.deepEqual(summaryOf(entries), { expected: 3, here: 1, missed: 1, paid: 1, toRefund: 1 })
})

test('before a booking is cancelled it is said who hears of it and how, and of the money only where there is some', () => {
  assert.equal(consequencesInWords(entry(1), true), 'They are told by mail.')
  assert.equal(consequencesInWords(entry(1), false), 'They are told on their home page.')
  assert.match(
    consequencesInWords(entry(1, { payment_status: 'paid' }), true),
    /They have paid: give the money/,
  )
  assert.doesNotMatch(consequencesInWords(entry(1, { payment_status: 'refunded' }), true), /paid/)
})

test('an empty roster of a cancelled event promises no bookings', () => {
  assert.equal(emptyInWords({ status: 'ACTIVE' }).title, 'Nobody has booked yet')
  assert.match(emptyInWords({ status: 'CANCELLED' }).text, /cancelled/)
})

test('a payment is only marked as what it is not yet and may become', () => {
  const choices = (changes: Partial<RosterEntry>) => choicesFor(entry(1, changes))
  assert.deepEqual(choices({}), ['paid'])
  assert.deepEqual(choices({ payment_status: 'paid' }), ['pending', 'refunded'])
  assert.deepEqual(choices({ payment_status: 'refunded' }), ['pending', 'paid'])
  assert.deepEqual(choices({ status: 'CANCELLED' }), [])
  assert.deepEqual(choices({ status: 'CANCELLED', payment_status: 'paid' }), ['refunded'])
})

test('a mark changes one and no other', () => {
  const entries = [entry(1), entry(2)]
  const after = rosterAfter(entries, { id: 2, attendance: 'attended' })
  assert.equal(after[0], entries[0])
  assert.equal(after[1]?.attendance, 'attended')
})

test('people are found by any part of name or address, without accents', () => {
  const entries = [entry(1), entry(2)]
  assert.deepEqual(matching(entries, ' TOMAS no2 '), [entries[1]])
  assert.deepEqual(matching(entries, 'p1@'), [entries[0]])
  assert.equal(matching(entries, ' ').length, 2)
  assert.equal(matching(entries, 'nobody').length, 0)
  // As the row writes it, and without letters that few keyboards have.
  const lukasz = entry(3, {
    user: { id: 3, email: 'l@example.com', first_name: 'Łukasz', last_name: 'Wójcik', phone: null },
  })
  for (const text of ['lukasz', 'wojcik, l', 'Wójcik Łukasz'])
    assert.deepEqual(matching([lukasz], text), [lukasz])
})

test('a free seat is not called unpaid, and a donation is seen', () => {
  assert.equal(paymentInWords(entry(1)), 'Not paid')
  assert.equal(paymentInWords(entry(1, { price: 0 })), 'Free')
  assert.equal(paymentInWords(entry(1, { price: 0, payment_status: 'paid' })), 'Paid')
})

test('a name is written as it is ordered, and one of one part alone', () => {
  const user = { id: 1, email: 'a@example.com', phone: null, first_name: 'Ann', last_name: 'Smith' }
  assert.equal(nameAsOrdered(user), 'Smith, Ann')
  assert.equal(nameAsOrdered({ ...user, last_name: '' }), 'Ann')
  assert.equal(nameAsOrdered({ ...user, last_name: '-' }), 'Ann')
})
