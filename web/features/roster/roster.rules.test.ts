import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { checkInOf, matching, nameAsOrdered, rosterAfter, summaryOf } from './roster.rules.ts'

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
})

test('a name is written as it is ordered, and one of one part alone', () => {
  const user = { id: 1, email: 'a@example.com', phone: null, first_name: 'Ann', last_name: 'Smith' }
  assert.equal(nameAsOrdered(user), 'Smith, Ann')
  assert.equal(nameAsOrdered({ ...user, last_name: '' }), 'Ann')
  assert.equal(nameAsOrdered({ ...user, last_name: '-' }), 'Ann')
})
