import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  emptyMessage,
  hasAudience,
  isWritten,
  messageFaults,
  peopleInWords,
  reachOf,
} from './message.rules.ts'

const values = { subject: 'Towels', text: 'Bring one.', include_waiting: false }

test('who waits is counted only when they are written to', () => {
  const audience = { people: 12, waiting: 3 }
  assert.equal(reachOf(audience, values), 12)
  assert.equal(reachOf(audience, { include_waiting: true }), 15)
  assert.deepEqual([1, 2].map(peopleInWords), ['1 person', '2 people'])
})

test('where only a waiting list is left, it is who is written to', () => {
  assert.equal(emptyMessage({ people: 0, waiting: 2 }).include_waiting, true)
  assert.equal(emptyMessage({ people: 1, waiting: 2 }).include_waiting, false)
  assert.deepEqual(
    [hasAudience({ people: 0, waiting: 2 }), hasAudience({ people: 0, waiting: 0 })],
    [true, false],
  )
})

test('what is missing or too long is said beside its field', () => {
  assert.deepEqual(messageFaults(values), {})
  assert.deepEqual(messageFaults({ ...values, subject: ' ', text: '\n' }), {
    subject: 'Enter a subject.',
    text: 'Enter what you want to say.',
  })
  assert.deepEqual(messageFaults({ ...values, subject: 'x'.repeat(201), text: '🧘'.repeat(5_000) }), {
    subject: 'Too long by 1 character.',
  })
})

test('a tick alone is no text that could be lost', () => {
  assert.equal(isWritten({ ...values, subject: ' ', text: '', include_waiting: true }), false)
  assert.equal(isWritten(values), true)
})
