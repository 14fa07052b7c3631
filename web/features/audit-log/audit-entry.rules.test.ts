import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NamedAuditEntry } from '#web/lib/api/contract.ts'
import { actionInWords, actorInWords, detailsInWords, subjectInWords } from './audit-entry.rules.ts'

const entry = (changes: Partial<NamedAuditEntry>) =>
  ({ details: {}, actor: null, subject_title: null, ...changes }) as NamedAuditEntry

test('an entry says what was done to what, and by whom, with names', () => {
  const marked = entry({
    action: 'booking.payment_marked',
    subject: 'booking',
    subject_title: 'Lamp and Breath',
    actor: 'Jane Smith',
  })
  assert.deepEqual(
    [actionInWords(marked), subjectInWords(marked), actorInWords(marked)],
    ['Payment marked', 'Lamp and Breath', 'by Jane Smith'],
  )
  assert.equal(actorInWords(entry({})), 'by Stillpoint')
  assert.equal(subjectInWords(entry({ subject: 'user' })), 'An account')
  assert.equal(actionInWords(entry({ action: 'event.turned_round' })), 'Event turned round')
})

test('a check-in that is taken back is not called a mark', () => {
  const action = 'booking.attendance_marked'
  const marked = entry({ action, details: { from: null, to: 'attended' } })
  assert.deepEqual([actionInWords(marked), detailsInWords(marked)], ['Attendance marked', 'to attended'])
  const undone = entry({ action, details: { from: 'attended', to: null } })
  assert.deepEqual([actionInWords(undone), detailsInWords(undone)], ['Attendance taken back', 'was attended'])
})

test('details of every shape become words, and what is not known or a number of a row is left out', () => {
  assert.equal(detailsInWords(entry({ details: { from: null, to: 'paid', event_id: 136 } })), 'to paid')
  const edited = { changed: ['max_participants', 'title'], max_participants: { from: 4, to: 6 } }
  assert.equal(
    detailsInWords(entry({ details: edited })),
    'changed number of seats and title, number of seats from 4 to 6',
  )
  assert.equal(
    detailsInWords(entry({ details: { has_new_account: true, with_event: true } })),
    'with a new account',
  )
  assert.match(
    detailsInWords(entry({ details: { start_datetime: { from: '2026-12-21T17:00:00' } } })),
    /^start from Monday.+21/,
  )
  assert.equal(detailsInWords(entry({})), '')
})

test('what was before comes first, and a note about a contact is no move', () => {
  const paid = { to: 'paid', from: 'pending' }
  assert.equal(detailsInWords(entry({ details: paid })), 'from not paid, to paid')
  const action = 'booking.crm_status_changed'
  const moved = entry({ action, details: { new_status: 'contacted', old_status: 'new' } })
  assert.deepEqual([actionInWords(moved), detailsInWords(moved)], ['Contact moved', 'from new, to contacted'])
  const noted = entry({ action, details: { new_status: 'new', old_status: 'new' } })
  assert.deepEqual([actionInWords(noted), detailsInWords(noted)], ['Note about a contact', ''])
})

test('choices of mails are on or off, and what did not happen is left out', () => {
  assert.equal(
    detailsInWords(entry({ details: { reminders: true, booking_mails: false } })),
    'reminders on, booking mails off',
  )
  const closed = { was_admin: false, left_lines: 0, cancelled_bookings: 2, reason: 'cancelled_for_attendee' }
  assert.equal(
    detailsInWords(entry({ details: closed })),
    'bookings cancelled: 2, because all bookings of this person were cancelled',
  )
})

test('a message to everybody says how many got it, and a mail that was sent again which one', () => {
  const sent = entry({
    action: 'event.message_sent',
    details: { message_id: 4, people: 12, include_waiting: false },
  })
  assert.deepEqual([actionInWords(sent), detailsInWords(sent)], ['Message to everybody sent', 'people: 12'])
  const all = entry({ details: { message_id: 4, people: 15, include_waiting: true } })
  assert.equal(detailsInWords(all), 'people: 15, with the waiting list')
  const retried = entry({ action: 'mail.retried', details: { mail_id: 7, kind: 'booking-confirmed' } })
  assert.deepEqual(
    [actionInWords(retried), detailsInWords(retried)],
    ['Mail sent again', 'Booking confirmed'],
  )
})
