import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '#web/lib/api/contract.ts'
import { actorInWords, detailsInWords, entryInWords } from './audit-entry.rules.ts'

const entry = (changes: Partial<AuditEntry>) => ({ details: {}, actor_id: null, ...changes }) as AuditEntry

test('an entry says what was done to what, and by whom', () => {
  const marked = entry({ action: 'booking.payment_marked', subject: 'booking', subject_id: 3, actor_id: 7 })
  assert.equal(entryInWords(marked), 'Booking 3: payment marked')
  assert.equal(actorInWords(marked), 'by account 7')
  assert.equal(actorInWords(entry({})), 'by Stillpoint or a command')
})

test('details of every shape become words, and what is not known is left out', () => {
  assert.equal(detailsInWords(entry({ details: { from: null, to: 'paid' } })), 'to paid')
  const edited = { changed: ['max_participants', 'title'], max_participants: { from: 4, to: 6 } }
  assert.equal(
    detailsInWords(entry({ details: edited })),
    'changed max participants and title, max participants from 4 to 6',
  )
  assert.equal(detailsInWords(entry({ details: { has_new_account: true } })), 'has new account yes')
  assert.equal(detailsInWords(entry({})), '')
})
