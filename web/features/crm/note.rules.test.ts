import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isNewest } from './note.rules.ts'

const attempt = { notes: ' Called her.\n', author: 'Jane Smith', known: [1] }
const step = (id: number, notes: string | null, author: string | null = 'Jane Smith') => ({
  id,
  notes,
  author,
})

test('a note is in the history when the newest entry has its text, is the reader’s, and was not there before', () => {
  assert.equal(isNewest([step(2, 'Called her.'), step(1, null)], attempt), true)
  assert.equal(isNewest([step(1, 'Called her.')], attempt), false, 'an older note of the same text')
  assert.equal(isNewest([step(2, 'Called her.', 'John Doe')], attempt), false)
  assert.equal(isNewest([step(2, 'Called.')], attempt), false)
  assert.equal(isNewest([step(3, null), step(2, 'Called her.')], attempt), false)
  assert.equal(isNewest([], attempt), false)
})
